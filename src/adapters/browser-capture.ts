import type { VideoEncoderParams } from '../engine/ports.ts';
import { captureSupport } from './livekit-errors.ts';

/** Opens microphone, camera and screen, and gives raw tracks. Owns none of them. */

export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

export const VIDEO_SIZE: Readonly<Record<VideoEncoderParams['resolution'], VideoSize>> = {
  '360p': { width: 640, height: 360 },
  '540p': { width: 960, height: 540 },
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
};

export const DEFAULT_FPS = 30;

/** Text on a shared screen needs sharpness, not motion. */
const SCREEN_FPS = 15;

/** Which camera: a named one, or the one that looks that way. */
export type CameraChoice = { readonly deviceId: string } | { readonly facingMode: string } | null;

/** @throws DOMException as getUserMedia, or the signal's reason. */
export async function openMicrophone(
  deviceId: string | null,
  signal: AbortSignal,
): Promise<MediaStreamTrack> {
  const processing = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const stream = await openPreferred(
    deviceId === null ? null : { ...processing, deviceId: { exact: deviceId } },
    processing,
    (audio) => take(signal, (devices) => devices.getUserMedia({ audio })),
  );
  return firstTrack(stream.getAudioTracks());
}

/** @throws DOMException as getUserMedia, or the signal's reason. */
export async function openCamera(
  choice: CameraChoice,
  params: VideoEncoderParams,
  signal: AbortSignal,
): Promise<MediaStreamTrack> {
  const picture = cameraConstraints(params);
  const stream = await openPreferred(
    choice === null ? null : { ...picture, ...exactly(choice) },
    picture,
    (video) => take(signal, (devices) => devices.getUserMedia({ video })),
  );
  return firstTrack(stream.getVideoTracks());
}

/** The picture, and the sound where the browser offers it and the user wants it. */
export async function openScreen(signal: AbortSignal): Promise<readonly MediaStreamTrack[]> {
  const stream = await take(signal, (devices) =>
    devices.getDisplayMedia({ video: { frameRate: { ideal: SCREEN_FPS } }, audio: true }),
  );
  const picture = firstTrack(stream.getVideoTracks());
  picture.contentHint = 'detail';
  return [picture, ...stream.getAudioTracks()];
}

export function cameraConstraints({ resolution, fps }: VideoEncoderParams): MediaTrackConstraints {
  const { width, height } = VIDEO_SIZE[resolution];
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: fps ?? DEFAULT_FPS },
  };
}

function exactly(choice: NonNullable<CameraChoice>): MediaTrackConstraints {
  return 'deviceId' in choice
    ? { deviceId: { exact: choice.deviceId } }
    : { facingMode: { exact: choice.facingMode } };
}

/** The chosen device, or any where the chosen one is gone. */
async function openPreferred(
  preferred: MediaTrackConstraints | null,
  otherwise: MediaTrackConstraints,
  open: (constraints: MediaTrackConstraints) => Promise<MediaStream>,
): Promise<MediaStream> {
  if (preferred === null) return open(otherwise);
  try {
    return await open(preferred);
  } catch (cause) {
    const gone =
      cause instanceof DOMException &&
      (cause.name === 'OverconstrainedError' || cause.name === 'NotFoundError');
    // OverconstrainedError is no DOMException in older browsers.
    if (!gone && !(cause instanceof Error && cause.name === 'OverconstrainedError')) throw cause;
    return open(otherwise);
  }
}

/**
 * Asks the browser, and stops listening for the answer when the signal says so. A permission given
 * after that ends in tracks that are stopped in the same task: no light stays on for a past call.
 */
async function take(
  signal: AbortSignal,
  ask: (devices: MediaDevices) => Promise<MediaStream>,
): Promise<MediaStream> {
  signal.throwIfAborted();
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const unsupported = captureSupport({ secure: isSecureContext, mediaDevices: !!devices });
  if (unsupported || !devices) throw unsupported ?? new TypeError('no media devices');
  const asked = ask(devices);
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    asked
      .then((stream) => {
        if (signal.aborted) stopAll(stream.getTracks());
        else resolve(stream);
      }, reject)
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}

export function stopAll(tracks: readonly MediaStreamTrack[]): void {
  for (const track of tracks) track.stop();
}

function firstTrack(tracks: readonly MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  if (!track) throw new DOMException('the browser gave a stream without a track', 'NotFoundError');
  return track;
}
