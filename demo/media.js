import { syntheticAudio, syntheticVideo } from './synthetic-media.js';

/**
 * Lets the demo run on a machine without a camera or microphone: replaces missing devices (or all, with `?synthetic`)
 * by a drawn video and a quiet tone, and shows a notice. The widget does not depend on it.
 */
const devices = navigator.mediaDevices;
const real = devices && {
  getUserMedia: devices.getUserMedia.bind(devices),
  enumerateDevices: devices.enumerateDevices.bind(devices),
};

let actingUser = '';

/** Sets the user whose video is drawn next: all widgets of a page share one getUserMedia. */
export function setActingUser(name) {
  actingUser = name;
}

/** The notice about replaced devices; null if the real devices are used. */
export async function mediaNotice() {
  if (!devices)
    return 'This browser does not allow camera and microphone on this page: you can only listen.';
  const { video, audio } = await missing;
  if (video && audio) return 'A drawn video and a quiet tone replace camera and microphone.';
  if (video) return 'No camera was found: a drawn video replaces it.';
  if (audio) return 'No microphone was found: a quiet tone replaces it.';
  return null;
}

const missing = devices ? whatIsMissing() : null;

if (devices) {
  devices.getUserMedia = getUserMedia;
  devices.enumerateDevices = enumerateDevices;
}

async function whatIsMissing() {
  if (new URLSearchParams(location.search).has('synthetic')) return { video: true, audio: true };
  const list = await real.enumerateDevices().catch(() => []);
  const has = (kind) => list.some((device) => device.kind === kind);
  return { video: !has('videoinput'), audio: !has('audioinput') };
}

async function getUserMedia(constraints = {}) {
  const absent = await missing;
  const synthetic = {
    video: Boolean(constraints.video) && absent.video,
    audio: Boolean(constraints.audio) && absent.audio,
  };
  const rest = {
    video: synthetic.video ? false : (constraints.video ?? false),
    audio: synthetic.audio ? false : (constraints.audio ?? false),
  };
  const nothingSynthetic = !synthetic.video && !synthetic.audio;
  const stream =
    rest.video || rest.audio || nothingSynthetic
      ? await real.getUserMedia(rest)
      : new MediaStream();
  if (synthetic.video) stream.addTrack(syntheticVideo(actingUser));
  if (synthetic.audio) stream.addTrack(syntheticAudio());
  return stream;
}

async function enumerateDevices() {
  const list = await real.enumerateDevices();
  const absent = await missing;
  return [
    ...list.filter(({ kind }) => !isReplaced(kind, absent)),
    ...(absent.audio ? [device('audioinput', 'Quiet tone (demo)')] : []),
    ...(absent.video ? [device('videoinput', 'Drawn video (demo)')] : []),
  ];
}

const isReplaced = (kind, { audio, video }) =>
  (kind === 'audioinput' && audio) || (kind === 'videoinput' && video);

function device(kind, label) {
  const fields = { kind, label, deviceId: `demo-${kind}`, groupId: 'demo' };
  return { ...fields, toJSON: () => fields };
}
