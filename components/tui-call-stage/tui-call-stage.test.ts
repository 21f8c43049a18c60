import { expect } from '@open-wc/testing';
import {
  connectedAudio,
  connectedVideo,
  group,
  heldByPeer,
  ownReconnecting,
  peerReconnecting,
  peerWithoutCamera,
  soundBlocked,
} from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

const banner = (stage: Element): string => {
  const found = stage.shadowRoot?.querySelector('.banner');
  return found ? textOf(found) : '';
};

describe('tui-call-stage', () => {
  it('is accessible, as a pair, as a group, and with a banner', async () => {
    await expect((await draw('tui-call-stage', connectedVideo)).element).to.be.accessible();
    await expect((await draw('tui-call-stage', group)).element).to.be.accessible();
    await expect((await draw('tui-call-stage', peerReconnecting)).element).to.be.accessible();
  });

  it('shows the peer and the duration', async () => {
    expect(textOf((await draw('tui-call-stage', connectedAudio)).element)).to.match(
      /^Mina Kim 02:14/,
    );
    expect(textOf((await draw('tui-call-stage', group)).element)).to.match(/^Group call 02:14/);
  });

  it('shows whose connection is lost', async () => {
    expect(banner((await draw('tui-call-stage', connectedVideo)).element)).to.equal('');
    expect(banner((await draw('tui-call-stage', peerReconnecting)).element)).to.equal(
      'Mina Kim’s connection is weak. Reconnecting…',
    );
    expect(banner((await draw('tui-call-stage', ownReconnecting)).element)).to.equal(
      'Your connection is lost. Reconnecting…',
    );
  });

  it('shows and names the worse connection of a pair', async () => {
    const label = async (own: 'good' | 'bad', theirs: 'good' | 'poor') => {
      const members = connectedVideo.members.map((m) => ({
        ...m,
        quality: m.isSelf ? own : theirs,
      }));
      const { element } = await draw('tui-call-stage', { ...connectedVideo, members });
      return element.renderRoot.querySelector('.bars')?.getAttribute('aria-label');
    };
    expect(await label('good', 'good')).to.equal('Mina Kim’s connection: good');
    expect(await label('good', 'poor')).to.equal('Mina Kim’s connection: fair');
    expect(await label('bad', 'poor')).to.equal('Your connection: weak');
  });

  it('shows no measured quality while the own connection is lost', async () => {
    const { element } = await draw('tui-call-stage', ownReconnecting);
    const bars = element.renderRoot.querySelector('.bars');
    expect(bars?.getAttribute('aria-label')).to.equal('Your connection: none');
  });

  it('shows beside the name that the peer is muted', async () => {
    const head = (stage: Element) => stage.shadowRoot?.querySelector('.head')?.textContent ?? '';
    expect(head((await draw('tui-call-stage', peerWithoutCamera)).element)).to.contain('Muted');
    expect(head((await draw('tui-call-stage', connectedVideo)).element)).to.not.contain('Muted');
    expect(head((await draw('tui-call-stage', group)).element)).to.not.contain('Muted');
  });

  it('turns blocked sound on within a press', async () => {
    const { element, intents } = await draw('tui-call-stage', soundBlocked);
    buttonNamed(element, 'Turn on sound').click();
    expect(intents).to.deep.equal([{ type: 'unlock-audio' }]);
  });

  it('requests to minimise or to enter full screen, if possible', async () => {
    const { element, intents } = await draw('tui-call-stage', connectedVideo);
    buttonNamed(element, 'Minimise').click();
    buttonNamed(element, 'Full screen').click();
    expect(intents).to.deep.equal([
      { type: 'minimise', on: true },
      { type: 'fullscreen', on: true },
    ]);
    const fixed = await draw('tui-call-stage', connectedVideo, {
      view: { canMinimise: false, canFullscreen: false },
    });
    expect(buttonNames(fixed.element)).to.not.include.members(['Minimise', 'Full screen']);
  });

  it('switches between speaker view and grid in a group', async () => {
    const grid = await draw('tui-call-stage', group);
    buttonNamed(grid.element, 'Show the speaker large').click();
    const speaker = await draw('tui-call-stage', group, { view: { layout: 'speaker' } });
    buttonNamed(speaker.element, 'Show all members alike').click();
    expect([...grid.intents, ...speaker.intents]).to.deep.equal([
      { type: 'layout', layout: 'speaker' },
      { type: 'layout', layout: 'auto' },
    ]);
  });

  it('opens the people panel of a group, and returns the focus when it closes', async () => {
    const { element, intents } = await draw('tui-call-stage', group);
    buttonNamed(element, 'People: 3').click();
    await drawn();
    expect(intents).to.deep.equal([{ type: 'people', view: 'list' }]);
    expect(deepAll(element, 'li').length).to.equal(4);
    buttonNamed(element, 'Close').click();
    await drawn();
    expect(deepAll(element, 'tui-call-people').length).to.equal(0);
    expect(element.shadowRoot?.activeElement?.id).to.equal('people');
  });

  it('opens the invitation from the menu of a pair, if the page has contacts', async () => {
    const view = { contacts: [{ userId: 'eve', name: 'Eve' }] };
    const { element } = await draw('tui-call-stage', connectedVideo, { view });
    buttonNamed(element, 'More').click();
    await drawn();
    deepAll(element, '[role=menuitem]')
      .find((item) => textOf(item) === 'Add people')
      ?.click();
    await drawn();
    expect(deepAll(element, '[role=option]').length).to.equal(1);
    buttonNamed(element, 'Close').click();
    await drawn();
    expect(element.shadowRoot?.activeElement?.localName).to.equal('tui-call-controls');
  });

  it('shows for some seconds who did not join, in a group', async () => {
    const { element, scene } = await draw('tui-call-stage', group);
    const members = group.members.map((m) =>
      m.userId === 'rossi' ? { ...m, status: 'rejected' as const } : m,
    );
    scene.show({ ...group, members });
    await drawn();
    expect(banner(element)).to.equal('Dr. Rossi declined.');
    scene.time += 4000;
    await resting(element, { childList: true });
    await drawn();
    expect(banner(element)).to.equal('');
  });

  it('shows when the peer talks in another call', async () => {
    expect(banner((await draw('tui-call-stage', heldByPeer)).element)).to.equal('On hold');
  });

  it('hides the controls without pointer movement, and shows them at the next one', async () => {
    const { element, scene } = await draw('tui-call-stage', connectedVideo);
    const stage = element.renderRoot.querySelector('.stage');
    const rests = () => deepAll(element, '.resting').length === 1;
    stage?.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
    scene.time += 3000;
    await resting(element);
    expect(rests()).to.be.true;
    stage?.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
    await drawn();
    expect(rests()).to.be.false;
  });
});

/** Waits for the tick of the stage's clock (once a second) at which the user counts as idle. */
async function resting(
  stage: Element,
  changes: MutationObserverInit = { attributes: true, attributeFilter: ['class'] },
): Promise<void> {
  await new Promise<void>((resolve) => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      resolve();
    }).observe(stage.shadowRoot!, { subtree: true, ...changes });
  });
}
