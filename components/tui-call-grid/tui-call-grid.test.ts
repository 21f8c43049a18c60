import { expect } from '@open-wc/testing';
import { connectedVideo, group, groupOf, peerSharesScreen } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

const press = (at: Element | undefined, key: string) =>
  at?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const bigOf = (grid: Element): string | undefined =>
  deepAll<HTMLElement & { userId: string }>(grid, '.big tui-call-tile')[0]?.userId;

describe('tui-call-grid', () => {
  it('is accessible, as a pair and as a group', async () => {
    await expect((await draw('tui-call-grid', connectedVideo)).element).to.be.accessible();
    await expect((await draw('tui-call-grid', group)).element).to.be.accessible();
  });

  it('exchanges the large and the small tile at a press, and keeps both videos attached', async () => {
    const { element, scene } = await draw('tui-call-grid', connectedVideo);
    const videos = [...scene.pictures.keys()];
    expect(bigOf(element)).to.equal('mina');
    buttonNamed(element, 'Show yourself large').click();
    await drawn();
    expect(bigOf(element)).to.equal('alice');
    expect([...scene.pictures.keys()].every((video, i) => video === videos[i])).to.be.true;
    buttonNamed(element, 'Show Mina Kim large').click();
    await drawn();
    expect(bigOf(element)).to.equal('mina');
  });

  it('has pages if the tiles do not fit', async () => {
    const { element } = await draw('tui-call-grid', groupOf(20));
    expect(textOf(element)).to.contain('Page 1 of 2');
    buttonNamed(element, 'Next page').click();
    await drawn();
    expect(textOf(element)).to.contain('Page 2 of 2');
    expect(deepAll(element, 'tui-call-tile').length).to.equal(4);
  });

  it('pins a pressed tile of a group, marks it, and unpins it at the next press', async () => {
    const { element } = await draw('tui-call-grid', group);
    expect(deepAll(element, '.big').length).to.equal(0);
    buttonNamed(element, 'Pin Jonas P.').click();
    await drawn();
    expect(bigOf(element)).to.equal('jonas');
    expect(textOf(element)).to.contain('Pinned Jonas P.');
    await expect(element).to.be.accessible();
    buttonNamed(element, 'Unpin Jonas P.').click();
    await drawn();
    expect(deepAll(element, '.big').length).to.equal(0);
    buttonNamed(element, 'Pin yourself').click();
    await drawn();
    expect(bigOf(element)).to.equal('alice');
    expect(buttonNames(element)).to.contain('Unpin yourself');
  });

  it('is one tab stop, and the arrow keys move between tiles', async () => {
    const { element } = await draw('tui-call-grid', group);
    const presses = deepAll(element, '.press');
    expect(presses.map(({ tabIndex }) => tabIndex)).to.deep.equal([0, -1, -1, -1]);
    presses[0]?.focus();
    press(presses[0], 'ArrowRight');
    expect(element.shadowRoot?.activeElement).to.equal(presses[1]);
    expect(presses.map(({ tabIndex }) => tabIndex)).to.deep.equal([-1, 0, -1, -1]);
    press(presses[1], 'ArrowLeft');
    press(presses[0], 'ArrowUp');
    expect(element.shadowRoot?.activeElement).to.equal(presses.at(-1));
  });

  it('keeps the last speaker large through a pause', async () => {
    const speaking = (userId: string) => ({
      ...group,
      members: group.members.map((m) => ({
        ...m,
        audioOn: true,
        volume: m.userId === userId ? 60 : 0,
      })),
    });
    const { element, scene } = await draw('tui-call-grid', speaking('jonas'), {
      view: { layout: 'speaker' },
    });
    expect(bigOf(element)).to.equal('jonas');
    scene.show(speaking(''));
    await drawn();
    expect(bigOf(element)).to.equal('jonas');
    scene.show(speaking('mina'));
    await drawn();
    expect(bigOf(element)).to.equal('mina');
  });

  it('shows a shared screen large', async () => {
    const { scene, element } = await draw('tui-call-grid', peerSharesScreen);
    expect([...scene.pictures.values()]).to.deep.include({ userId: 'mina', source: 'screen' });
    expect(textOf(element)).to.contain('Mina Kim · screen');
  });

  it('releases all videos when it is removed', async () => {
    const { scene, element } = await draw('tui-call-grid', connectedVideo);
    expect(scene.pictures.size).to.equal(2);
    element.remove();
    expect(scene.pictures.size).to.equal(0);
    expect(scene.listenerCount).to.equal(0);
  });
});
