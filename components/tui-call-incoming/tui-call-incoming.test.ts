import { expect } from '@open-wc/testing';
import { incomingAudio, incomingGroup, incomingVideo, mina } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

describe('tui-call-incoming', () => {
  it('is accessible', async () => {
    await expect((await draw('tui-call-incoming', incomingVideo)).element).to.be.accessible();
    await expect(
      (await draw('tui-call-incoming', incomingGroup, { view: { ringBlocked: true } })).element,
    ).to.be.accessible();
  });

  it('is a dialog named after the caller', async () => {
    const { element } = await draw('tui-call-incoming', incomingVideo);
    const dialog = element.renderRoot.querySelector('[role=alertdialog]');
    const name = element.renderRoot.querySelector(
      `#${dialog?.getAttribute('aria-labelledby') ?? ''}`,
    );
    expect(name?.textContent).to.equal('Mina Kim');
    expect(textOf(element)).to.contain('Incoming video call');
  });

  it('offers to answer without camera in a video call only', async () => {
    const video = await draw('tui-call-incoming', incomingVideo);
    expect(buttonNames(video.element)).to.deep.equal([
      'Decline',
      'Accept',
      'Ignore here',
      'Answer without camera',
    ]);
    const audio = await draw('tui-call-incoming', incomingAudio);
    expect(buttonNames(audio.element)).to.deep.equal(['Decline', 'Accept', 'Ignore here']);
  });

  it('requests the action of the pressed button, also for a press by the page’s program (H102)', async () => {
    const { element, intents } = await draw('tui-call-incoming', incomingVideo);
    for (const name of buttonNames(element)) buttonNamed(element, name).click();
    expect(intents).to.deep.equal([
      { type: 'reject' },
      { type: 'accept' },
      { type: 'ignore' },
      { type: 'accept', video: false },
    ]);
  });

  it('focuses the card and not a button', async () => {
    const { element, intents } = await draw('tui-call-incoming', incomingVideo);
    element.focus();
    const at = element.shadowRoot?.activeElement;
    expect(at?.getAttribute('role')).to.equal('alertdialog');
    for (const key of ['Enter', ' ', 'Escape'])
      at?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
    expect(intents).to.deep.equal([]);
  });

  it('names the other members of a group call', async () => {
    const { element } = await draw('tui-call-incoming', incomingGroup);
    expect(textOf(element)).to.contain('Dr. Rossi');
    expect(textOf(element)).to.contain('Group call with Mina Kim and 2 others');
  });

  it('shows that the tab cannot ring, while the sound is blocked', async () => {
    const { element, scene } = await draw('tui-call-incoming', incomingVideo, {
      view: { ringBlocked: true },
    });
    expect(textOf(element)).to.contain('This tab cannot ring yet. Click anywhere to hear it.');
    scene.view = { ...scene.view, ringBlocked: false };
    scene.show(incomingVideo);
    await drawn();
    expect(textOf(element)).to.not.contain('cannot ring');
  });

  it('does not load the picture of an unknown caller (H94)', async () => {
    const members = incomingVideo.members.map((m) =>
      m.isSelf ? m : { ...m, avatar: 'https://tracker.example/x.png' },
    );
    const { element } = await draw('tui-call-incoming', { ...incomingVideo, members });
    expect(deepAll(element, 'img').length).to.equal(0);
    const own = members.map((m) => ({ ...m, avatar: '/demo/icon.svg' }));
    const fromHere = await draw('tui-call-incoming', { ...incomingVideo, members: own });
    expect(deepAll(fromHere.element, 'img').length).to.equal(1);
  });

  it('shows a malicious name as text, isolated and cut', async () => {
    const name = `<img src=x onerror=alert(1)>\u202E${'é'.repeat(10_000)}`;
    const { element } = await draw('tui-call-incoming', {
      ...incomingVideo,
      members: [{ ...mina, name, role: 'caller' }],
    });
    const shown = element.renderRoot.querySelector('bdi')?.textContent ?? '';
    expect(shown.startsWith('<img src=x')).to.be.true;
    expect(shown).to.not.contain('\u202E');
    expect([...shown].length).to.be.at.most(61);
    expect(deepAll(element, 'img').length).to.equal(0);
  });
});
