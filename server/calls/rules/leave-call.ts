import type { SessionId, UserId } from '../../../src/protocol/index.ts';
import { withRejected } from './answer-call.ts';
import { nextVersion, participationOf } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Actor, Decision } from '../model/decision.ts';
import { endParticipation, endIfOver } from './ending.ts';

export interface LeaveContext {
  readonly now: number;
  /** No signalling and no media of this session reaches the server. */
  readonly isGone: (userId: UserId, sessionId: SessionId) => boolean;
}

/**
 * `hangup`, also for `cancel`: a joined member leaves, and a ringing one rejects. A caller who leaves before
 * the first join cancels the call. Another session of the user can hang up only if the seat's session is
 * unreachable, so that a late tap on a tablet does not end the call on the phone.
 */
export function hangUp(call: Call, actor: Actor, { now, isGone }: LeaveContext): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  if (member.status === 'ringing') return changed(call, withRejected(call, actor, now));
  if (member.status !== 'joined') return unchanged(call);
  const elsewhere = member.sessionId !== null && member.sessionId !== actor.sessionId;
  if (elsewhere && !isGone(actor.userId, member.sessionId)) return unchanged(call);
  return changed(call, leave(call, actor.userId, now));
}

/** A joined member leaves by their own action. */
export function leave(before: Call, userId: UserId, at: number): Call {
  const call = endParticipation(nextVersion(before), userId, 'left', at);
  return endIfOver(call, { kind: 'hangup', by: userId, at });
}

/** A joined member is lost: their participation ends at the time they were last seen. */
export function markOffline(before: Call, userId: UserId, lastSeenAt: number): Call {
  const call = endParticipation(nextVersion(before), userId, 'offline', lastSeenAt);
  return endIfOver(call, { kind: 'offline', by: null, at: lastSeenAt });
}
