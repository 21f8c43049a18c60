import type { SessionId, UserId } from '../../src/protocol/index.ts';
import { rejected } from './answer-call.ts';
import { nextVersion, partOf } from './call.ts';
import type { Call } from './call.ts';
import { changed, refuse, unchanged } from './decision.ts';
import type { Actor, Decision } from './decision.ts';
import { close, settle } from './ending.ts';

export interface LeaveContext {
  readonly now: number;
  /** No signalling and no media of this session reaches the server. */
  readonly isGone: (userId: UserId, sessionId: SessionId) => boolean;
}

/**
 * `hangup`, and `cancel` of one's own call: leaves; the caller who leaves before anyone joined takes the
 * call back, an invited user rejects it. Another session of the user may do it only for a dead one: a
 * late tap on the tablet must not end the call on the phone.
 */
export function hangUp(call: Call, actor: Actor, { now, isGone }: LeaveContext): Decision {
  const part = partOf(call, actor.userId);
  if (part === null) return refuse('call-not-found');
  if (part.status === 'ringing') return changed(call, rejected(call, actor, now));
  if (part.status !== 'joined') return unchanged(call);
  const elsewhere = part.sessionId !== null && part.sessionId !== actor.sessionId;
  if (elsewhere && !isGone(actor.userId, part.sessionId)) return unchanged(call);
  return changed(call, leave(call, actor.userId, now));
}

/** A joined member leaves by an act of theirs. */
export function leave(before: Call, userId: UserId, at: number): Call {
  const call = close(nextVersion(before), userId, 'left', at);
  return settle(call, { kind: 'hangup', by: userId, at });
}

/** A joined member is lost: their part ends at the time they were last seen. */
export function lose(before: Call, userId: UserId, lastSeenAt: number): Call {
  const call = close(nextVersion(before), userId, 'offline', lastSeenAt);
  return settle(call, { kind: 'offline', by: null, at: lastSeenAt });
}
