import { CallError } from '../../engine/api/call-error.ts';
import type { TrackSource } from '../../engine/api/ports.ts';
import type { ErrorName } from '../../protocol/index.ts';

/**
 * What went wrong in the browser or in LiveKit → the error of ours, one table.
 *
 *     name of the failure        microphone              camera              screen
 */
const CAPTURE: Readonly<Record<string, Readonly<Record<TrackSource, ErrorName>>>> = {
  // For a screen it mostly means that the user has closed the browser's picker.
  NotAllowedError: row('permission-denied', 'permission-denied', 'permission-denied'),
  SecurityError: row('permission-denied', 'permission-denied', 'permission-denied'),
  NotFoundError: row('microphone-unavailable', 'camera-unavailable', 'screen-share-failed'),
  // Another program has the device, or its driver failed.
  NotReadableError: row('microphone-unavailable', 'camera-unavailable', 'screen-share-failed'),
  AbortError: row('microphone-unavailable', 'camera-unavailable', 'screen-share-failed'),
  OverconstrainedError: row('microphone-unavailable', 'camera-unavailable', 'screen-share-failed'),
  InvalidStateError: row('microphone-unavailable', 'camera-unavailable', 'screen-share-failed'),
  TypeError: row('not-supported-here', 'not-supported-here', 'not-supported-here'),
};

const CAPTURE_OTHERWISE = row(
  'microphone-unavailable',
  'camera-unavailable',
  'screen-share-failed',
);

function row(microphone: ErrorName, camera: ErrorName, screen: ErrorName) {
  return { microphone, camera, screen };
}

/** Why a track of ours could not be opened or sent. */
export function captureError(source: TrackSource, cause: unknown): CallError {
  if (cause instanceof CallError) return cause;
  const name = nameOf(cause);
  const error = (CAPTURE[name] ?? CAPTURE_OTHERWISE)[source];
  return new CallError(error, `${source}: ${name}`, { cause });
}

/** Why the list of devices is missing. */
export function deviceListError(cause: unknown): CallError {
  if (cause instanceof CallError) return cause;
  return new CallError('device-list-failed', nameOf(cause), { cause });
}

/** LiveKit's reasons of a ConnectionError, by name (ConnectionErrorReason). */
const JOIN: Readonly<Record<string, string>> = {
  NotAllowed: 'the media server refused the access, or the room is gone',
  ServerUnreachable: 'the media server cannot be reached',
  InternalError: 'the media server failed',
  Cancelled: 'taken back by a newer join or by leave',
  LeaveRequest: 'the media server ended it',
  Timeout: 'no media connection in time',
  WebSocket: 'the connection to the media server broke',
  ServiceNotFound: 'there is no media server at that address',
};

/**
 * Why the room could not be entered. LiveKit's own message is left out: it may carry an address
 * with the access token in it.
 */
export function joinError(cause: unknown): CallError {
  if (cause instanceof CallError) return cause;
  const reason = reasonOf(cause);
  return new CallError('media-failed', JOIN[reason] ?? `joining failed: ${nameOf(cause)}`);
}

/** Why this page cannot open microphone and camera at all; null: it can. */
export function captureSupport(page: {
  readonly secure: boolean;
  readonly mediaDevices: boolean;
}): CallError | null {
  if (page.mediaDevices) return null;
  return page.secure
    ? new CallError('webrtc-not-supported', 'the browser has no getUserMedia')
    : new CallError('not-supported-here', 'microphone and camera need a page served over https');
}

function nameOf(cause: unknown): string {
  return cause instanceof Error || cause instanceof DOMException ? cause.name : 'unknown failure';
}

function reasonOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('reasonName' in cause)) return '';
  return typeof cause.reasonName === 'string' ? cause.reasonName : '';
}
