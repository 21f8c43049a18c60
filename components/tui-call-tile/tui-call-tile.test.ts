import { expect } from '@open-wc/testing';
import {
  connectedAudio,
  connectedVideo,
  group,
  mina,
  peerReconnecting,
  peerSharesScreen,
} from '../../test/fakes/call-scenes.ts';
import { deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

const tileOf = (
  userId: string,
  state = connectedVideo,
  more: { source?: 'camera' | 'screen'; plain?: boolean } = {},
) => draw('tui-call-tile', state, { set: { userId, ...more } });

describe('tui-call-tile', () => {
  it('is accessible, with and without a video', async () => {
    await expect((await tileOf('mina')).element).to.be.accessible();
    await expect((await tileOf('mina', connectedAudio)).element).to.be.accessible();
  });

  it('shows the video, or the avatar without one', async () => {
    const { element, scene } = await tileOf('mina');
    expect([...scene.pictures.values()]).to.deep.equal([{ userId: 'mina', source: 'camera' }]);
    scene.show(connectedAudio);
    await drawn();
    expect(scene.pictures.size).to.equal(0);
    expect(deepAll(element, 'tui-call-avatar').length).to.equal(1);
  });

  it('shows a shared screen uncropped, with the name of its member', async () => {
    const { element, scene } = await tileOf('mina', peerSharesScreen, { source: 'screen' });
    expect([...scene.pictures.values()]).to.deep.equal([{ userId: 'mina', source: 'screen' }]);
    expect(textOf(element)).to.equal('MK Mina Kim · screen');
    expect(deepAll(element, '.contain').length).to.equal(1);
  });

  it('mirrors only the user’s own video', async () => {
    expect(deepAll((await tileOf('alice')).element, '.mirror-auto').length).to.equal(1);
    expect(deepAll((await tileOf('mina')).element, '[class*=mirror]').length).to.equal(0);
  });

  it('shows who is muted, ringing, speaking or reconnecting', async () => {
    expect(textOf((await tileOf('jonas', group)).element)).to.equal('JP Muted Jonas P.');
    expect(textOf((await tileOf('rossi', group)).element)).to.contain('Ringing… Dr. Rossi');
    expect(deepAll((await tileOf('mina', group)).element, '.speaking').length).to.equal(1);
    expect(deepAll((await tileOf('mina', peerReconnecting)).element, '.away').length).to.equal(1);
    expect(deepAll((await tileOf(mina.userId)).element, '.speaking, .away').length).to.equal(0);
  });

  it('releases the video when it is removed, and attaches it again', async () => {
    const { element, scene } = await tileOf('mina');
    const parent = element.parentElement;
    element.remove();
    expect(scene.pictures.size).to.equal(0);
    expect(scene.listenerCount).to.equal(0);
    parent?.append(element);
    await drawn();
    expect(scene.pictures.size).to.equal(1);
    expect(scene.listenerCount).to.equal(1);
  });

  it('shows the member of its userId', async () => {
    const { element, scene } = await tileOf('mina');
    element.userId = 'alice';
    await drawn();
    expect([...scene.pictures.values()]).to.deep.equal([{ userId: 'alice', source: 'camera' }]);
  });
});
