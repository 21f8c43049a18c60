import { expect } from '@open-wc/testing';
import { connectedVideo, group, groupOf, peerSharesScreen } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

const bigOf = (grid: Element): string | undefined =>
  deepAll<HTMLElement & { userId: string }>(grid, '.big tui-call-tile')[0]?.userId;

describe('tui-call-grid', () => {
  it('is accessible, as a pair and as a group', async () => {
    await expect((await draw('tui-call-grid', connectedVideo)).element).to.be.accessible();
    await expect((await draw('tui-call-grid', group)).element).to.be.accessible();
  });

  it('exchanges large and small at a press, and keeps both pictures attached', async () => {
    const { element, scene } = await draw('tui-call-grid', connectedVideo);
    const videos = [...scene.pictures.keys()];
    expect(bigOf(element)).to.equal('mina');
    buttonNamed(element, 'Show You large').click();
    await drawn();
    expect(bigOf(element)).to.equal('alice');
    expect([...scene.pictures.keys()].every((video, i) => video === videos[i])).to.be.true;
    buttonNamed(element, 'Show Mina Kim large').click();
    await drawn();
    expect(bigOf(element)).to.equal('mina');
  });

  it('turns pages where not everybody fits', async () => {
    const { element } = await draw('tui-call-grid', groupOf(20));
    expect(textOf(element)).to.contain('Page 1 of 2');
    buttonNamed(element, 'Next page').click();
    await drawn();
    expect(textOf(element)).to.contain('Page 2 of 2');
    expect(deepAll(element, 'tui-call-tile').length).to.equal(4);
  });

  it('has no buttons in a small group', async () => {
    expect(buttonNames((await draw('tui-call-grid', group)).element)).to.deep.equal([]);
  });

  it('shows a shared screen large', async () => {
    const { scene, element } = await draw('tui-call-grid', peerSharesScreen);
    expect([...scene.pictures.values()]).to.deep.include({ userId: 'mina', source: 'screen' });
    expect(textOf(element)).to.contain('Mina Kim · screen');
  });

  it('lets go of all pictures when it is taken out', async () => {
    const { scene, element } = await draw('tui-call-grid', connectedVideo);
    expect(scene.pictures.size).to.equal(2);
    element.remove();
    expect(scene.pictures.size).to.equal(0);
    expect(scene.listenerCount).to.equal(0);
  });
});
