import type { Answer, Results } from './answer.ts';
import type {
  CallStatus,
  CallView,
  EndReason,
  MemberStatus,
  MemberView,
  MissedCall,
  MissedReason,
  RecentCall,
  RecentOutcome,
} from './call.ts';
import type { CommandType } from './command.ts';
import type { ERRORS } from './error-code.ts';
import { errorShape, isErrorName } from './error-code.ts';
import { parseCallId, parseSessionId, parseUserId } from './ids.ts';
import type { ServerMessage } from './server-message.ts';

/** A frame that violates the protocol. The message names the field. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

type Fields = Readonly<Record<string, unknown>>;

const CALL_STATUS: readonly CallStatus[] = ['ringing', 'active', 'ended'];
const MEMBER_STATUS: readonly MemberStatus[] = [
  'ringing',
  'joined',
  'left',
  'rejected',
  'busy',
  'no-response',
  'cancelled',
  'offline',
  'removed',
];
const END_REASON: readonly EndReason[] = [
  'hangup',
  'cancelled',
  'rejected',
  'no-response',
  'line-busy',
  'offline',
  'ended-by-server',
];
const MISSED_REASON: readonly MissedReason[] = [
  'no-response',
  'line-busy',
  'cancelled',
  'offline',
  'ended-by-server',
  'removed',
];

const MEDIA_TYPE = ['audio', 'video'] as const;
const RECENT_OUTCOME: readonly RecentOutcome[] = [
  'answered',
  'missed',
  'rejected',
  'cancelled',
  'busy',
  'no-response',
];

/**
 * Decodes a frame of the server. Returns null for a message type that this version does not know.
 *
 * @throws {ProtocolError} if a field of a known message is missing or malformed.
 */
export function decodeServerMessage(frame: unknown): ServerMessage | null {
  const f = fields(frame, 'message');
  switch (f['type']) {
    case 'welcome':
      return {
        type: 'welcome',
        userId: required(parseUserId(f['userId']), 'userId'),
        sessionId: required(parseSessionId(f['sessionId']), 'sessionId'),
        nickname: text(f, 'nickname'),
        avatar: text(f, 'avatar'),
        serverNow: number(f, 'serverNow'),
        userSigExpiresInMs: number(f, 'userSigExpiresInMs'),
        mediaUrl: text(f, 'mediaUrl'),
        vapidKey: f['vapidKey'] === undefined ? '' : text(f, 'vapidKey'),
      };
    case 'call-changed':
      return { type: 'call-changed', call: decodeCall(f['call']) };
    case 'call-missed':
      return { type: 'call-missed', missed: decodeMissed(f['missed']) };
    case 'user-sig-expiring':
      return { type: 'user-sig-expiring', inMs: number(f, 'inMs') };
    case 'user-sig-expired':
      return { type: 'user-sig-expired' };
    case 'kicked-offline':
      return {
        type: 'kicked-offline',
        reason: oneOf(f, 'reason', ['newer-session', 'same-session', 'removed-by-server'] as const),
      };
    default:
      return null;
  }
}

/**
 * Decodes the acknowledgement of a command of this type.
 *
 * @throws {ProtocolError} if a field is missing or malformed.
 */
export function decodeAnswer<T extends CommandType>(type: T, frame: unknown): Answer<T> {
  const f = fields(frame, 'answer');
  if (f['ok'] === true) return { ok: true, ...RESULT[type](f) };
  const error = fields(f['error'], 'error');
  const message = text(error, 'message');
  if (isErrorName(error['name'])) return { ok: false, error: errorShape(error['name'], message) };
  // An error of a newer server: keep its code, treat it as a server failure.
  return {
    ok: false,
    error: { ...errorShape('internal-error', message), code: number(error, 'code') },
  };
}

/** Decodes the error data of a refused handshake. Returns null for an error of another origin. */
export function decodeRefusal(
  data: unknown,
): { code: number; name: keyof typeof ERRORS; message: string } | null {
  if (typeof data !== 'object' || data === null) return null;
  const { name, message } = data as Fields;
  return isErrorName(name) && typeof message === 'string' ? errorShape(name, message) : null;
}

const callResult = (f: Fields) => ({ call: decodeCall(f['call']) });
const joinResult = (f: Fields) => ({
  call: decodeCall(f['call']),
  media: f['media'] === null ? null : decodeMedia(f['media']),
});

const RESULT: { readonly [T in CommandType]: (f: Fields) => Results[T] } = {
  call: callResult,
  cancel: (f) => ({ call: f['call'] === null ? null : decodeCall(f['call']) }),
  accept: joinResult,
  reject: callResult,
  hangup: callResult,
  invite: callResult,
  join: joinResult,
  'join-group': joinResult,
  hold: joinResult,
  'switch-media-type': callResult,
  alerted: callResult,
  'media-access': (f) => ({ media: decodeMedia(f['media']) }),
  'media-failed': () => ({}),
  'report-quality': () => ({}),
  sync: (f) => ({
    calls: array(f, 'calls').map(decodeCall),
    missed: array(f, 'missed').map(decodeMissed),
    missedSeq: number(f, 'missedSeq'),
  }),
  'recent-calls': (f) => ({
    calls: array(f, 'calls').map(decodeRecent),
    cursor: f['cursor'] === null ? null : text(f, 'cursor'),
  }),
  'delete-recent-calls': () => ({}),
  'renew-user-sig': (f) => ({ userSigExpiresInMs: number(f, 'userSigExpiresInMs') }),
  'set-self-info': (f) => ({ nickname: text(f, 'nickname'), avatar: text(f, 'avatar') }),
  'set-push-target': () => ({}),
};

/** Decodes a call view. @throws {ProtocolError} if a field is missing or malformed. */
export function decodeCall(value: unknown): CallView {
  const f = fields(value, 'call');
  const self = fields(f['self'], 'self');
  return {
    callId: required(parseCallId(f['callId']), 'callId'),
    version: number(f, 'version'),
    status: oneOf(f, 'status', CALL_STATUS),
    mediaType: oneOf(f, 'mediaType', MEDIA_TYPE),
    groupId: text(f, 'groupId'),
    isGroup: boolean(f, 'isGroup'),
    callerId: required(parseUserId(f['callerId']), 'callerId'),
    roomId: text(f, 'roomId'),
    mediaEpoch: number(f, 'mediaEpoch'),
    userData: text(f, 'userData'),
    members: array(f, 'members').map(decodeMember),
    self: {
      userId: required(parseUserId(self['userId']), 'self.userId'),
      session: oneOf(self, 'session', ['this', 'other', 'none'] as const),
      ringRemainingMs: numberOrNull(self, 'ringRemainingMs'),
    },
    serverNow: number(f, 'serverNow'),
    createdAt: number(f, 'createdAt'),
    startedAt: numberOrNull(f, 'startedAt'),
    endedAt: numberOrNull(f, 'endedAt'),
    endReason: f['endReason'] === null ? null : oneOf(f, 'endReason', END_REASON),
    endedBy: f['endedBy'] === null ? null : required(parseUserId(f['endedBy']), 'endedBy'),
  };
}

function decodeMember(value: unknown): MemberView {
  const f = fields(value, 'member');
  return {
    userId: required(parseUserId(f['userId']), 'userId'),
    nickname: text(f, 'nickname'),
    avatar: text(f, 'avatar'),
    role: oneOf(f, 'role', ['caller', 'callee'] as const),
    status: oneOf(f, 'status', MEMBER_STATUS),
    statusVersion: number(f, 'statusVersion'),
    invitedBy: f['invitedBy'] === null ? null : required(parseUserId(f['invitedBy']), 'invitedBy'),
    invitedVersion: number(f, 'invitedVersion'),
    alerted: boolean(f, 'alerted'),
    away: boolean(f, 'away'),
    held: boolean(f, 'held'),
    ...(f['audioMuted'] === true && { audioMuted: true }),
    ...(f['videoMuted'] === true && { videoMuted: true }),
    joinedAt: numberOrNull(f, 'joinedAt'),
    leftAt: numberOrNull(f, 'leftAt'),
  };
}

function decodeMissed(value: unknown): MissedCall {
  const f = fields(value, 'missed');
  return {
    seq: number(f, 'seq'),
    callId: required(parseCallId(f['callId']), 'callId'),
    callerId: required(parseUserId(f['callerId']), 'callerId'),
    callerNickname: text(f, 'callerNickname'),
    callerAvatar: text(f, 'callerAvatar'),
    mediaType: oneOf(f, 'mediaType', MEDIA_TYPE),
    groupId: text(f, 'groupId'),
    reason: oneOf(f, 'reason', MISSED_REASON),
    at: number(f, 'at'),
  };
}

function decodeRecent(value: unknown): RecentCall {
  const f = fields(value, 'recent call');
  return {
    callId: required(parseCallId(f['callId']), 'callId'),
    direction: oneOf(f, 'direction', ['incoming', 'outgoing'] as const),
    mediaType: oneOf(f, 'mediaType', MEDIA_TYPE),
    groupId: text(f, 'groupId'),
    isGroup: boolean(f, 'isGroup'),
    outcome: oneOf(f, 'outcome', RECENT_OUTCOME),
    peers: array(f, 'peers').map((one) => {
      const peer = fields(one, 'peer');
      return {
        userId: required(parseUserId(peer['userId']), 'userId'),
        nickname: text(peer, 'nickname'),
        avatar: text(peer, 'avatar'),
      };
    }),
    startedAt: number(f, 'startedAt'),
    durationMs: number(f, 'durationMs'),
  };
}

function decodeMedia(value: unknown) {
  const f = fields(value, 'media');
  return { url: text(f, 'url'), token: text(f, 'token') };
}

function fields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError(`${what} is not an object`);
  }
  return value as Fields;
}

function required<T>(value: T | null, name: string): T {
  if (value === null) throw new ProtocolError(`${name} is missing or malformed`);
  return value;
}

function text(f: Fields, name: string): string {
  const value = f[name];
  if (typeof value !== 'string') throw new ProtocolError(`${name} is not a string`);
  return value;
}

function number(f: Fields, name: string): number {
  const value = f[name];
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ProtocolError(`${name} is not a number`);
  return value;
}

function numberOrNull(f: Fields, name: string): number | null {
  return f[name] === null ? null : number(f, name);
}

function boolean(f: Fields, name: string): boolean {
  const value = f[name];
  if (typeof value !== 'boolean') throw new ProtocolError(`${name} is not a boolean`);
  return value;
}

function array(f: Fields, name: string): readonly unknown[] {
  const value = f[name];
  if (!Array.isArray(value)) throw new ProtocolError(`${name} is not a list`);
  return value;
}

function oneOf<T extends string>(f: Fields, name: string, allowed: readonly T[]): T {
  const value = f[name];
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new ProtocolError(`${name} is not one of ${allowed.join(', ')}`);
  return found;
}
