/**
 * All errors of server and client: one table, listed in docs/errors.md. `retryable`: the same request
 * can succeed later. The element chooses the text for users by name; `message` is for developers.
 */
export const ERRORS = {
  'permission-denied': {
    code: -1101,
    retryable: true,
    meaning: 'The browser or the user refused camera, microphone or notifications.',
  },
  'device-list-failed': {
    code: -1102,
    retryable: true,
    meaning: 'The browser did not list its devices.',
  },
  'not-initialized': {
    code: -1201,
    retryable: false,
    meaning: 'init() has not been called, or destroy() has.',
  },
  'invalid-parameter': {
    code: -1202,
    retryable: false,
    meaning: 'An argument is invalid; the message names it.',
  },
  'wrong-state': {
    code: -1203,
    retryable: false,
    meaning: 'The command does not fit the state the call is in.',
  },
  'repeated-request': {
    code: -1204,
    retryable: false,
    meaning: 'The same request is already under way.',
  },
  'not-supported-here': {
    code: -1205,
    retryable: false,
    meaning: 'This browser, page or server version cannot do it.',
  },
  'signaling-failed': {
    code: -1401,
    retryable: true,
    meaning: 'The call server cannot be reached or did not acknowledge the command.',
  },
  'microphone-unavailable': {
    code: 60003,
    retryable: true,
    meaning: 'No microphone, or another program has it.',
  },
  'camera-unavailable': {
    code: 60004,
    retryable: true,
    meaning: 'No camera, or another program has it.',
  },
  'webrtc-not-supported': { code: 60006, retryable: false, meaning: 'The browser has no WebRTC.' },
  blocked: {
    code: 20007,
    retryable: false,
    meaning: 'The server does not let this user call that user.',
  },
  'user-sig-expired': {
    code: 6206,
    retryable: false,
    meaning: 'The userSig has expired; fetch a new one and renew it.',
  },
  'user-sig-invalid': { code: 70001, retryable: false, meaning: 'The userSig was not accepted.' },
  'call-not-found': { code: 101004, retryable: false, meaning: 'No such call, or not your call.' },
  'call-full': {
    code: 101005,
    retryable: false,
    meaning: 'The call has the maximum number of members.',
  },
  'not-a-member': {
    code: 101006,
    retryable: false,
    meaning: 'The server has removed this user from the call permanently.',
  },
  'self-call': { code: 101007, retryable: false, meaning: 'A user cannot call themselves.' },
  'rate-limited': { code: 101008, retryable: true, meaning: 'Too many requests; try again later.' },
  'media-failed': {
    code: 101009,
    retryable: true,
    meaning: 'This device cannot connect to the media server.',
  },
  'internal-error': {
    code: 101010,
    retryable: true,
    meaning: 'The server failed; nothing was changed.',
  },
  'origin-refused': {
    code: 101011,
    retryable: false,
    meaning: 'The server does not accept this page’s origin.',
  },
  'kicked-offline': {
    code: 101012,
    retryable: false,
    meaning: 'A newer session took over, or the server removed this one.',
  },
  'screen-share-failed': {
    code: 101013,
    retryable: true,
    meaning: 'The browser did not share a screen.',
  },
  'api-key-invalid': {
    code: 101014,
    retryable: false,
    meaning: 'The request has no valid API key.',
  },
  'microphone-muted': {
    code: 101016,
    retryable: true,
    meaning: 'The system or the device has muted the microphone.',
  },
  'membership-unknown': {
    code: 101015,
    retryable: true,
    meaning: 'The group membership of this user could not be verified.',
  },
  'scope-missing': {
    code: 101017,
    retryable: false,
    meaning: 'The API key lacks the scope of this request.',
  },
  'idempotency-key-reused': {
    code: 101018,
    retryable: false,
    meaning: 'The Idempotency-Key was used for another request.',
  },
  'call-denied': {
    code: 101019,
    retryable: false,
    meaning: 'The back end did not permit the call.',
  },
} as const satisfies Record<string, { code: number; retryable: boolean; meaning: string }>;

/** The stable name of an error. */
export type ErrorName = keyof typeof ERRORS;

/**
 * Why the server ended a session.
 *
 * - `newer-session`: the user signed in on another device, with `TUI_CALL_SESSIONS=single`
 * - `same-session`: another connection signed in with the same session id
 * - `removed-by-server`: the server API ended the session
 */
export type KickReason = 'newer-session' | 'same-session' | 'removed-by-server';

/** An error as plain data: on the wire and in the state of the engine. */
export interface ErrorShape {
  /** The number of the error; those of the reference (TUICallEngine) where it has the same error. */
  readonly code: number;
  readonly name: ErrorName;
  /** Details for developers. */
  readonly message: string;
  /** The same request can succeed later. */
  readonly retryable: boolean;
  /** Only with `kicked-offline`: why the server ended the session. */
  readonly reason?: KickReason | undefined;
}

/** Creates the error of this name; `message` defaults to its meaning in the table. */
export function errorShape(name: ErrorName, message: string = ERRORS[name].meaning): ErrorShape {
  return { code: ERRORS[name].code, name, message, retryable: ERRORS[name].retryable };
}

/** Whether the value is a name in the table. */
export function isErrorName(value: unknown): value is ErrorName {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}
