import { CallError } from '../../engine/api/call-error.ts';
import type { TrackSource } from '../../engine/api/ports.ts';
import type { ErrorName } from '../../protocol/index.ts';

/**
 * Errors of the browser and of LiveKit → CallError, in one table.
 *
 *     name of the error          microphone              camera              screen
 */
const CAPTURE: Readonly<Record<string, Readonly<Record<TrackSource, ErrorName>>>> = {
  // For a screen it usually means that the user closed the browser's picker.
  NotAllowedError: row('permission-denied', 'permission-denied', 'permission-denied'),
  SecurityError: row('permission-denied', 'permission-denied', 'permission-denied'),
  NotFoundError: row('microphone-unavailable', 'camera-unavailable', 'screen-share-failed'),
  // Another program uses the device, or its driver failed.
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

/** The error of a local track that cannot be opened or published. */
export function captureError(source: TrackSource, cause: unknown): CallError {
  if (cause instanceof CallError) return cause;
  const name = nameOf(cause);
  const error = (CAPTURE[name] ?? CAPTURE_OTHERWISE)[source];
  return new CallError(error, `${source}: ${name}`, { cause });
}

/** The error of a failed device list. */
export function deviceListError(cause: unknown): CallError {
  if (cause instanceof CallError) return cause;
  return new CallError('device-list-failed', nameOf(cause), { cause });
}

/** Messages for LiveKit's ConnectionErrorReason. */
const JOIN: Readonly<Record<string, string>> = {
  NotAllowed: 'the media server refused the access, or the room is gone',
  ServerUnreachable: 'the media server cannot be reached',
  InternalError: 'the media server failed',
  Cancelled: 'superseded by a newer join or by leave',
  LeaveRequest: 'the media server ended the session',
  Timeout: 'the media connection timed out',
  WebSocket: 'the connection to the media server broke',
  ServiceNotFound: 'there is no media server at that address',
};

const NO_ROUTE =
  'the media server answers, but its media ports cannot be reached over UDP, TCP or TURN';

/**
 * The error of a failed join; `signalled`: the media server had accepted the access. Omits LiveKit's message, which may
 * contain a URL with the access token.
 */
export function joinError(cause: unknown, signalled: boolean): CallError {
  if (cause instanceof CallError) return cause;
  const reason = reasonOf(cause);
  // LiveKit has no reason of its own for a peer connection that does not connect.
  if (signalled && (reason === 'InternalError' || reason === 'Timeout'))
    return new CallError('media-failed', NO_ROUTE);
  return new CallError('media-failed', JOIN[reason] ?? `joining failed: ${nameOf(cause)}`);
}

/** The error if this page cannot capture at all; null if it can. */
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
