import { createHash } from 'node:crypto';
import type { CallId, MediaType } from '../../src/protocol/index.ts';
import { memberOf } from '../calls/model/call.ts';
import type { Call, Member } from '../calls/model/call.ts';
import { LIMITS } from '../../src/protocol/index.ts';
import type { CallbackEvent } from '../webhooks/delivery.ts';
import type { StoredPushTarget } from './push-store.ts';

/** How a ring ended, as the user's other devices show it. */
export type RingOutcome = 'missed' | 'answered' | 'declined' | 'ended';

/** What each message says about its call. */
interface CallInfo {
  readonly callId: CallId;
  readonly mediaType: MediaType;
  readonly isGroup: boolean;
  /** '' where the setting hides it. */
  readonly callerName: string;
}

/** A device begins to ring. */
export interface RingMessage extends CallInfo {
  readonly type: 'ring';
  /** null: without a limit. */
  readonly remainingMs: number | null;
  /** Declines this ring on this device, once. */
  readonly token: string;
}

/** A device ceases to ring. */
export interface RingOverMessage extends CallInfo {
  readonly type: 'ring-over';
  readonly outcome: RingOutcome;
}

export type PushMessage = RingMessage | RingOverMessage;

/** A device that has been offline still learns of a missed call. */
const OVER_TTL_SECONDS = 3600;
/** Push services allow 32 characters of base64url. */
const TOPIC_LENGTH = 32;

export function ringMessage(
  call: Call,
  member: Member,
  given: { readonly now: number; readonly token: string; readonly showCaller: boolean },
): RingMessage {
  const { ringUntil } = member;
  const remainingMs = ringUntil === null ? null : Math.max(0, ringUntil - given.now);
  return { type: 'ring', ...infoOf(call, given.showCaller), remainingMs, token: given.token };
}

export function ringOverMessage(call: Call, member: Member, showCaller: boolean): RingOverMessage {
  return { type: 'ring-over', ...infoOf(call, showCaller), outcome: outcomeOf(member) };
}

function infoOf(call: Call, showCaller: boolean): CallInfo {
  const { callId, mediaType, isGroup, callerId } = call;
  const callerName = showCaller ? memberOf(call, callerId)?.nickname || callerId : '';
  return { callId, mediaType, isGroup, callerName };
}

function outcomeOf({ status }: Member): RingOutcome {
  if (status === 'joined' || status === 'left' || status === 'offline') return 'answered';
  if (status === 'rejected') return 'declined';
  return status === 'removed' ? 'ended' : 'missed';
}

/** What a back end is sent, which notifies the app of this device. The deliveries of a call keep their order. */
export function pushEventOf(
  { userId, platform, address: token }: StoredPushTarget,
  { type, ...message }: PushMessage,
  at: number,
): CallbackEvent {
  const { callId } = message;
  const { token: declineToken, ...rest } = { token: undefined, ...message };
  return {
    type: `push.${type}`,
    subject: callId,
    at,
    data: { userId, platform, token, ...rest, ...(declineToken && { declineToken }) },
  };
}

/** Seconds for which a push service keeps the message for a device that is offline. */
export function ttlOf(message: PushMessage): number {
  if (message.type === 'ring-over') return OVER_TTL_SECONDS;
  const { remainingMs } = message;
  return remainingMs === null ? LIMITS.maxTimeoutSeconds : Math.ceil(remainingMs / 1000);
}

/** A newer message of the same call replaces one that has not reached the device. */
export function topicOf({ callId }: PushMessage): string {
  return createHash('sha256').update(callId).digest('base64url').slice(0, TOPIC_LENGTH);
}
