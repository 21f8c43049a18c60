import { expect } from '@open-wc/testing';
import {
  connectedAudio,
  connectedVideo,
  group,
  peerSharesScreen,
  ringingWithPreview,
} from '../../test/fakes/call-scenes.ts';
import { CanvasCamera, eventually } from '../../test/support/canvas-camera.ts';
import { deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';
import { observePicture, type VideoPicture } from './video-picture.ts';

const tileOf = async (
  userId = 'mina',
  state = connectedVideo,
  set: { plain?: boolean; source?: 'camera' | 'screen' } = {},
) => {
  const { element, scene } = await draw('tui-call-tile', state, { set: { userId, ...set } });
  const videoOf = (): HTMLVideoElement => deepAll<HTMLVideoElement>(element, 'video')[0]!;
  const hasAvatar = (): boolean => deepAll(element, 'tui-call-avatar').length === 1;
  const play = async (camera: CanvasCamera): Promise<void> => {
    videoOf().srcObject = camera.stream;
    await camera.filmUntil(() => !hasAvatar());
  };
  return { element, scene, videoOf, hasAvatar, play };
};

describe('a tile whose video has no frame yet', () => {
  it('shows the avatar until the first frame, in every place of a tile', async () => {
    for (const [userId, state, set] of [
      ['mina', connectedVideo, { plain: true }],
      ['alice', connectedVideo, { plain: true }],
      ['jonas', group, {}],
      ['mina', peerSharesScreen, { source: 'screen' }],
    ] as const) {
      const { videoOf, hasAvatar, play } = await tileOf(userId, state, set);
      expect(hasAvatar()).to.equal(true);
      const camera = new CanvasCamera();
      videoOf().srcObject = camera.stream;
      await drawn();
      expect(hasAvatar()).to.equal(true);
      await play(camera);
      expect(videoOf().readyState).to.be.at.least(HTMLMediaElement.HAVE_CURRENT_DATA);
      camera.stop();
    }
  });

  it('keeps the name plate and the labelled video', async () => {
    const { element, videoOf, play } = await tileOf('jonas', group);
    expect(textOf(element)).to.equal('JP Muted Jonas P.');
    expect(videoOf().ariaLabel).to.equal('Jonas P.');
    await expect(element).to.be.accessible();
    await play(new CanvasCamera());
    expect(textOf(element)).to.equal('Muted Jonas P.');
    expect(videoOf().ariaLabel).to.equal('Jonas P.');
  });

  it('has the avatar behind the video, in the frame that the browser paints first', async () => {
    const { element, videoOf, hasAvatar } = await tileOf();
    element.style.blockSize = '200px';
    const camera = new CanvasCamera();
    const video = videoOf();
    const box = JSON.stringify(video.getBoundingClientRect());
    const [face] = deepAll(element, '.face');
    expect(getComputedStyle(face!).zIndex).to.equal('-1');
    expect(getComputedStyle(video).backgroundColor).to.equal('rgba(0, 0, 0, 0)');
    let painted: boolean | undefined;
    video.requestVideoFrameCallback(() => requestAnimationFrame(() => (painted = !hasAvatar())));
    video.srcObject = camera.stream;
    await camera.filmUntil(() => painted !== undefined);
    expect(painted).to.equal(true);
    expect(JSON.stringify(video.getBoundingClientRect())).to.equal(box);
  });

  it('shows the avatar again until the first frame of a new source', async () => {
    const { videoOf, hasAvatar, play } = await tileOf();
    await play(new CanvasCamera());
    const next = new CanvasCamera();
    videoOf().srcObject = next.stream;
    await eventually(hasAvatar);
    await play(next);
  });

  it('shows the avatar again until the first frame after the camera was off', async () => {
    const { scene, hasAvatar, play } = await tileOf();
    const camera = new CanvasCamera();
    await play(camera);
    scene.show(connectedAudio);
    await drawn();
    expect(hasAvatar()).to.equal(true);
    scene.show(connectedVideo);
    await drawn();
    expect(hasAvatar()).to.equal(true);
    await play(camera);
  });

  it('shows the avatar until the first frame of another member', async () => {
    const { element, hasAvatar, play } = await tileOf();
    await play(new CanvasCamera());
    element.userId = 'alice';
    await drawn();
    expect(hasAvatar()).to.equal(true);
  });

  it('shows the avatar again when the source is lost', async () => {
    const { videoOf, hasAvatar, play } = await tileOf();
    await play(new CanvasCamera());
    videoOf().srcObject = null;
    await eventually(hasAvatar);
  });

  it('shows the avatar and not the last frame when the track has ended, until a new source', async () => {
    const { videoOf, hasAvatar, play } = await tileOf();
    const camera = new CanvasCamera();
    await play(camera);
    camera.stop();
    await eventually(hasAvatar);
    expect(getComputedStyle(videoOf()).opacity).to.equal('0');
    await play(new CanvasCamera());
    expect(getComputedStyle(videoOf()).opacity).to.equal('1');
  });

  it('has no avatar behind the callees of an outgoing call', async () => {
    const { element } = await draw('tui-call-outgoing', ringingWithPreview);
    const [tile] = deepAll(element, 'tui-call-tile');
    const [own] = deepAll(tile!, 'tui-call-avatar');
    expect(own?.checkVisibility()).to.equal(false);
  });
});

describe('observePicture()', () => {
  it('reports what a video shows without requestVideoFrameCallback, too', async () => {
    const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true });
    Object.defineProperty(video, 'requestVideoFrameCallback', { value: undefined });
    const reports: VideoPicture[] = [];
    const end = observePicture(video, (picture) => reports.push(picture));
    const camera = new CanvasCamera();
    video.srcObject = camera.stream;
    await camera.filmUntil(() => reports.length === 1);
    camera.stop();
    await eventually(() => reports.length === 2);
    video.srcObject = null;
    await eventually(() => reports.length === 3);
    expect(reports).to.deep.equal(['frames', 'last-frame', 'none']);
    end();
    video.srcObject = new CanvasCamera().stream;
    video.dispatchEvent(new Event('loadeddata'));
    expect(reports.length).to.equal(3);
  });
});
