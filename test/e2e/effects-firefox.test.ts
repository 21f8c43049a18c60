import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { detailOf, detailOfPhotograph, PhotoWorld, untilDetail } from './support/photo-call.ts';

/** Firefox gives the frames of a track to nobody: the page itself draws them. */

let photo: PhotoWorld;
before(async () => {
  photo = await PhotoWorld.start();
});
after(() => photo.stop());

test('the background is blurred in Firefox, and Chromium sees it', async (t) => {
  const browser = await photo.world.firefox();
  const [alice, bob] = await photo.call(
    { background: 'blur' },
    { browser, before: `(${camera.toString()})()` },
  );
  const plain = await detailOfPhotograph(alice);
  assert.ok(plain);
  const isBlurred = ({ shuttle, face }: { shuttle: number; face: number }): boolean =>
    shuttle / face < (plain.shuttle / plain.face) * 0.5;
  await untilDetail(bob, 'other', 'blurred', isBlurred, 30_000);
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  const fps = await alice.page.evaluate(countFrames);
  t.diagnostic(
    `${fps.toFixed(1)} frames a second, ${JSON.stringify(await detailOf(alice, 'own'))}`,
  );
  assert.deepEqual(
    (await alice.events()).filter(({ name }) => name === 'effect-failed'),
    [],
  );
  await alice.call('hangup');
  await alice.clean();
});

/** Runs in the page before its own scripts: a camera that shows the photograph, for a browser without such a flag. */
function camera(): void {
  const devices = navigator.mediaDevices;
  const original = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = await original(wanted);
    if (!wanted?.video) return stream;
    const image = new Image();
    image.src = '/media/astronaut.jpg';
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 640, height: 480 });
    const context = canvas.getContext('2d');
    setInterval(() => context?.drawImage(image, 0, 0, 640, 480), 1000 / 30);
    for (const track of stream.getVideoTracks()) stream.removeTrack(track);
    for (const track of canvas.captureStream(30).getVideoTracks()) stream.addTrack(track);
    return stream;
  };
}

/** Runs in the page: how often the track that is sent gets a new picture. */
async function countFrames(): Promise<number> {
  const sender = window.record.peers.flatMap((peer) => peer.getSenders());
  const track = sender.find((one) => one.track?.kind === 'video')?.track;
  if (!track) return 0;
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  const began = performance.now();
  const frames = await new Promise<number>((resolve) => {
    let count = 0;
    const onFrame = (): void => {
      count += 1;
      if (performance.now() - began > 3000) resolve(count);
      else video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  });
  return (frames * 1000) / (performance.now() - began);
}
