import { expect } from '@open-wc/testing';
import { idle } from '../../test/fakes/call-scenes.ts';
import { draw } from '../../test/support/draw.ts';

describe('tui-call-button', () => {
  it('is accessible, with and without a visible label', async () => {
    const { element } = await draw('tui-call-button', idle, {
      set: { label: 'Hang up', tone: 'danger' },
    });
    await expect(element).to.be.accessible();
    const worded = await draw('tui-call-button', idle, {
      set: { label: 'Accept', tone: 'success', worded: true },
    });
    await expect(worded.element).to.be.accessible();
  });

  it('has its label as accessible name, shown or not', async () => {
    const { element } = await draw('tui-call-button', idle, { set: { label: 'Mute' } });
    const button = element.renderRoot.querySelector('button');
    expect(button?.getAttribute('aria-label')).to.equal('Mute');
    element.worded = true;
    await element.updateComplete;
    expect(button?.hasAttribute('aria-label')).to.be.false;
    expect(button?.textContent.trim()).to.equal('Mute');
  });

  it('exposes whether its menu is open', async () => {
    const { element } = await draw('tui-call-button', idle, {
      set: { label: 'More', menu: 'closed' },
    });
    const button = element.renderRoot.querySelector('button');
    expect(button?.getAttribute('aria-expanded')).to.equal('false');
    element.menu = 'open';
    await element.updateComplete;
    expect(button?.getAttribute('aria-expanded')).to.equal('true');
  });

  it('delegates the focus to its button', async () => {
    const { element } = await draw('tui-call-button', idle, { set: { label: 'More' } });
    element.focus();
    expect(element.shadowRoot?.activeElement?.localName).to.equal('button');
  });
});
