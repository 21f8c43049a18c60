import type { EffectReason } from '../../src/engine/api/observer.ts';
import type { CallSnapshot, LocalDevice } from '../../src/engine/api/snapshot.ts';
import type { ErrorName, ErrorShape } from '../../src/protocol/index.ts';
import type { Intent } from './events.ts';
import type { ProblemKey } from '../messages/en.ts';

/** An error as the user sees it: the message, and the actions that the notice offers. */
export interface Problem {
  readonly key: ProblemKey;
  /** The intent of "Try again"; null if the user cannot retry. */
  readonly retry: Intent | null;
  /** True if the call continues without the device ("Go on without"); false otherwise ("Close"). */
  readonly optional: boolean;
}

/** null: a programming error; the user sees no message. */
const PROBLEM_KEYS: Readonly<Record<ErrorName, ProblemKey | null>> = {
  'permission-denied': 'microphone-denied',
  'microphone-unavailable': 'microphone-busy',
  'microphone-muted': 'microphone-muted',
  'camera-unavailable': 'camera-busy',
  'device-list-failed': 'devices-unknown',
  'screen-share-failed': 'screen',
  'not-initialized': null,
  'invalid-parameter': null,
  // The command lost a race; the screen shows the result of the other one.
  'wrong-state': null,
  'repeated-request': null,
  'api-key-invalid': null,
  'scope-missing': null,
  'idempotency-key-reused': null,
  'not-supported-here': 'unsupported',
  'webrtc-not-supported': 'unsupported',
  'signaling-failed': 'unreachable',
  'media-failed': 'media-unreachable',
  'internal-error': 'server-failed',
  'membership-unknown': 'server-failed',
  'user-sig-expired': 'sig-expired',
  'user-sig-invalid': 'sig-invalid',
  'kicked-offline': 'kicked',
  'origin-refused': 'origin',
  blocked: 'blocked',
  'call-not-found': 'call-gone',
  'call-full': 'call-full',
  'not-a-member': 'not-a-member',
  'self-call': 'self-call',
  'rate-limited': 'too-fast',
  'call-denied': 'call-denied',
};

/** The error of an effect on the own picture or sound that cannot run. The call continues without it. */
export interface EffectProblem extends ErrorShape {
  readonly effectReason: EffectReason;
}

/** Selects the message and the actions for an error in this state. */
export function problemOf(error: ErrorShape, state: CallSnapshot, online: boolean): Problem | null {
  const device = deviceOf(error, state);
  if (device)
    return {
      key: deviceKey(error, device, state),
      retry: { type: 'set-device', device, on: true },
      optional: true,
    };
  const key = error.reason === 'removed-by-server' ? 'removed' : PROBLEM_KEYS[error.name];
  if (!key) return null;
  const unreachable = key === 'unreachable' || key === 'media-unreachable';
  if (unreachable && !online) return { key: 'offline', retry: null, optional: false };
  const retry: Intent | null = key === 'media-unreachable' ? { type: 'retry-media' } : null;
  return { key, retry, optional: false };
}

type DeviceName = 'microphone' | 'camera' | 'screen';

/** The device of the error: known by the error's name, or the device with the same error. */
function deviceOf({ name }: ErrorShape, state: CallSnapshot): DeviceName | null {
  if (name === 'microphone-unavailable' || name === 'microphone-muted') return 'microphone';
  if (name === 'camera-unavailable') return 'camera';
  if (name === 'screen-share-failed') return 'screen';
  if (name !== 'permission-denied') return null;
  const refused = (device: LocalDevice): boolean => device.error?.name === name;
  // Both are blocked: a call needs the microphone.
  return refused(state.camera) && !refused(state.microphone) ? 'camera' : 'microphone';
}

function deviceKey(
  { name }: ErrorShape,
  device: DeviceName,
  { devices }: CallSnapshot,
): ProblemKey {
  if (device === 'screen') return 'screen';
  if (name === 'microphone-muted') return 'microphone-muted';
  if (name === 'permission-denied') return `${device}-denied`;
  const choices = device === 'camera' ? devices.cameras : devices.microphones;
  return choices.length ? `${device}-busy` : `${device}-missing`;
}
