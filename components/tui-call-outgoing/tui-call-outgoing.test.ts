import { expect } from '@open-wc/testing';
import {
  calling,
  connectedAudio,
  connecting,
  ringing,
  ringingGroup,
  ringingWithPreview,
} from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

describe('tui-call-outgoing', () => {
  it('is accessible', async () => {
    await expect((await draw('tui-call-outgoing', ringing)).element).to.be.accessible();
  });

  it('shows the progress of the call', async () => {
    const { element, scene } = await draw('tui-call-outgoing', calling);
    expect(textOf(element)).to.contain('Mina Kim Calling…');
    scene.show(ringing);
    await drawn();
    expect(textOf(element)).to.contain('Ringing…');
    scene.show(connecting);
    await drawn();
    expect(textOf(element)).to.contain('Connecting…');
  });

  it('shows no state of the callee while the connection is lost', async () => {
    const { element, scene } = await draw('tui-call-outgoing', ringing);
    scene.show({ ...ringing, connection: 'reconnecting' });
    await drawn();
    expect(textOf(element)).to.contain('Connecting…');
    scene.show(ringing);
    await drawn();
    expect(textOf(element)).to.contain('Ringing…');
  });

  it('names the members of a group', async () => {
    const { element } = await draw('tui-call-outgoing', ringingGroup);
    expect(textOf(element)).to.contain('Mina Kim and 2 others');
    expect(deepAll(element, 'tui-call-avatar').length).to.equal(3);
  });

  it('has Hang up as its last button, and no camera in an audio call', async () => {
    const video = await draw('tui-call-outgoing', ringing);
    expect(buttonNames(video.element)).to.deep.equal(['Mute', 'Turn camera off', 'Hang up']);
    const audio = await draw('tui-call-outgoing', { ...connectedAudio, phase: 'outgoing' });
    expect(buttonNames(audio.element)).to.deep.equal(['Mute', 'Hang up']);
  });

  it('requests a hang-up', async () => {
    const { element, intents } = await draw('tui-call-outgoing', calling);
    buttonNamed(element, 'Hang up').click();
    expect(intents).to.deep.equal([{ type: 'hangup' }]);
  });

  it('shows the user’s own video while it rings, and releases it', async () => {
    const { element, scene } = await draw('tui-call-outgoing', ringingWithPreview);
    expect([...scene.pictures.values()]).to.deep.equal([{ userId: 'alice', source: 'camera' }]);
    element.remove();
    expect(scene.pictures.size).to.equal(0);
  });
});
