import { expect } from '@open-wc/testing';
import { idle } from '../../test/fakes/call-scenes.ts';
import { draw, textOf } from '../../test/support/draw.ts';

/** A picture from the server of the test. */
const PICTURE = '/demo/icon.svg';

async function avatarOf(set: { name?: string; userId?: string; src?: string }) {
  const { element } = await draw('tui-call-avatar', idle, { set });
  return { element, image: element.renderRoot.querySelector('img') };
}

describe('tui-call-avatar', () => {
  it('is accessible', async () => {
    await expect((await avatarOf({ name: 'Mina Kim' })).element).to.be.accessible();
  });

  it('shows initials without a picture', async () => {
    expect(textOf((await avatarOf({ name: 'Mina Kim' })).element)).to.equal('MK');
    expect(textOf((await avatarOf({ name: 'alice@example.org' })).element)).to.equal('AO');
    expect(textOf((await avatarOf({ name: '' })).element)).to.equal('?');
  });

  it('shows the same user always in the same colour', async () => {
    const one = await avatarOf({ name: 'Mina', userId: 'mina' });
    const other = await avatarOf({ name: 'Other User', userId: 'mina' });
    const classOf = ({ element }: { element: Element }) =>
      element.shadowRoot?.querySelector('.picture')?.className;
    expect(classOf(one)).to.equal(classOf(other));
  });

  it('loads a picture without a referrer', async () => {
    const { image } = await avatarOf({ name: 'Mina', src: PICTURE });
    expect(image?.src).to.equal(location.origin + PICTURE);
    expect(image?.referrerPolicy).to.equal('no-referrer');
  });

  it('never writes the URL into a style (H93)', async () => {
    const src = `${PICTURE}?");background:url(//evil.example/x`;
    const { element, image } = await avatarOf({ name: 'Mina', src });
    expect(image?.src).to.equal(new URL(src, location.href).href);
    for (const one of element.renderRoot.querySelectorAll('*')) {
      expect(one.getAttribute('style') ?? '').to.not.contain('evil');
      expect(getComputedStyle(one).backgroundImage).to.not.contain('evil');
    }
  });

  it('shows initials when the picture does not load', async () => {
    const { element, image } = await avatarOf({ name: 'Mina Kim', src: PICTURE });
    image?.dispatchEvent(new Event('error'));
    await element.updateComplete;
    expect(element.renderRoot.querySelector('img') === null).to.be.true;
    expect(textOf(element)).to.equal('MK');
  });
});
