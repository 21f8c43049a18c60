import type { VideoEncoderParams } from '../../engine/api/ports.ts';
import { CombinedCapture, permissionOf, type CaptureKind } from './combined-capture.ts';
import { captureSupport } from './media-errors.ts';

/** Opens microphone, camera and screen and returns their tracks. Owns none of them. */

export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

const VIDEO_SIZE: Readonly<Record<VideoEncoderParams['resolution'], VideoSize>> = {
  '360p': { width: 640, height: 360 },
  '540p': { width: 960, height: 540 },
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
};

export const DEFAULT_FPS = 30;

/** A shared screen shows mostly text: resolution matters more than the frame rate. */
const SCREEN_FPS = 15;

/** A camera by its id or by its facing mode; null: any. */
export type CameraChoice = { readonly deviceId: string } | { readonly facingMode: string } | null;

/** @throws DOMException as getUserMedia, or the signal's reason. */
export async function openMicrophone(
  deviceId: string | null,
  noiseSuppression: boolean,
  signal: AbortSignal,
): Promise<MediaStreamTrack> {
  const processing = { echoCancellation: true, noiseSuppression, autoGainControl: true };
  const preferred = deviceId === null ? null : { ...processing, deviceId: { exact: deviceId } };
  return openPreferred('audio', preferred, processing, signal);
}

/** @throws DOMException as getUserMedia, or the signal's reason. */
export async function openCamera(
  choice: CameraChoice,
  params: VideoEncoderParams,
  signal: AbortSignal,
): Promise<MediaStreamTrack> {
  const video = cameraConstraints(params);
  const preferred = choice === null ? null : { ...video, ...exactConstraint(choice) };
  return openPreferred('video', preferred, video, signal);
}

/** The video track, and the audio track if the browser offers it and the user selects it. */
export async function openScreen(signal: AbortSignal): Promise<readonly MediaStreamTrack[]> {
  const tracks = await requestTracks(signal, async (devices) => {
    const video = { frameRate: { ideal: SCREEN_FPS } };
    const stream = await devices.getDisplayMedia({ video, audio: true });
    return [...stream.getVideoTracks(), ...stream.getAudioTracks()];
  });
  first(tracks).contentHint = 'detail';
  return tracks;
}

export function cameraConstraints({ resolution, fps }: VideoEncoderParams): MediaTrackConstraints {
  const { width, height } = VIDEO_SIZE[resolution];
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: fps ?? DEFAULT_FPS },
  };
}

function exactConstraint(choice: NonNullable<CameraChoice>): MediaTrackConstraints {
  return 'deviceId' in choice
    ? { deviceId: { exact: choice.deviceId } }
    : { facingMode: { exact: choice.facingMode } };
}

const combinedCapture = new CombinedCapture({
  getUserMedia: (constraints) => navigator.mediaDevices.getUserMedia(constraints),
  permission: permissionOf,
});

/** The preferred device, or any other if the preferred one is gone. */
async function openPreferred(
  kind: CaptureKind,
  preferred: MediaTrackConstraints | null,
  fallback: MediaTrackConstraints,
  signal: AbortSignal,
): Promise<MediaStreamTrack> {
  const open = async (constraints: MediaTrackConstraints): Promise<MediaStreamTrack> =>
    first(await requestTracks(signal, () => combinedCapture.open(kind, constraints)));
  if (preferred === null) return open(fallback);
  try {
    return await open(preferred);
  } catch (cause) {
    const gone =
      cause instanceof DOMException &&
      (cause.name === 'OverconstrainedError' || cause.name === 'NotFoundError');
    // In older browsers it is no DOMException
    // (https://developer.mozilla.org/docs/Web/API/OverconstrainedError).
    if (!gone && !(cause instanceof Error && cause.name === 'OverconstrainedError')) throw cause;
    return open(fallback);
  }
}

/**
 * Requests tracks and rejects when the signal aborts. If the user grants the permission later, the tracks
 * are stopped in the same task, so that no device stays on after the call.
 */
async function requestTracks(
  signal: AbortSignal,
  request: (devices: MediaDevices) => Promise<readonly MediaStreamTrack[]>,
): Promise<readonly MediaStreamTrack[]> {
  signal.throwIfAborted();
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const unsupported = captureSupport({ secure: isSecureContext, mediaDevices: !!devices });
  if (unsupported || !devices) throw unsupported ?? new TypeError('no media devices');
  const pending = request(devices);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    pending
      .then((tracks) => {
        if (signal.aborted) stopAll(tracks);
        else resolve(tracks);
      }, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export function stopAll(tracks: readonly MediaStreamTrack[]): void {
  for (const track of tracks) track.stop();
}

function first(tracks: readonly MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  if (!track)
    throw new DOMException('the browser returned a stream without a track', 'NotFoundError');
  return track;
}
