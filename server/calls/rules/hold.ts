import type { CurrentCallAction } from '../../../src/protocol/index.ts';
import { memberOf, nextVersion, participationOf, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Actor, Decision } from '../model/decision.ts';
import { leave } from './leave-call.ts';

/** Rules for a user with several calls: the user talks in one; the others ring or are on hold. */

export interface CurrentCallContext {
  readonly now: number;
  /** The other call in which the user is talking, if any. */
  readonly currentCall: Call | null;
}

/**
 * Extends a decision that makes the user join a call: their current call ends or is put on hold in the same
 * change. If the decision has no effect, the current call stays as it is.
 */
export function releaseCurrentCall(
  decision: Decision,
  actor: Actor,
  { now, currentCall }: CurrentCallContext,
  requested?: CurrentCallAction,
): Decision {
  if (decision.outcome === 'refused' || decision.changes.length === 0) return decision;
  if (currentCall === null) return decision;
  const action = requested ?? (isOnAnotherDevice(currentCall, actor) ? 'hold' : null);
  if (action === null) {
    return refuse(
      'wrong-state',
      'This user is in another call: pass currentCall to end or hold it.',
    );
  }
  if (action === 'hold' && currentCall.status !== 'active')
    return refuse('wrong-state', UNANSWERED);
  const released =
    action === 'end' ? leave(currentCall, actor.userId, now) : withHold(currentCall, actor, true);
  return { ...decision, changes: [{ before: currentCall, after: released }, ...decision.changes] };
}

/** `hold`: keeps the seat without media. Resuming puts the current call on hold. */
export function hold(call: Call, on: boolean, actor: Actor, context: CurrentCallContext): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  if (member.status !== 'joined' || member.held === on) return unchanged(call);
  if (member.sessionId !== actor.sessionId) {
    return refuse('wrong-state', 'Only the session that holds the seat can put the call on hold.');
  }
  if (call.status !== 'active') return refuse('wrong-state', UNANSWERED);
  const held = changed(call, withHold(call, actor, on));
  return on ? held : releaseCurrentCall(held, actor, context, 'hold');
}

const UNANSWERED = 'A call that nobody has answered cannot be put on hold.';

/** The user answers on another device, which does not know the current call and must not end it. */
function isOnAnotherDevice(call: Call, { userId, sessionId }: Actor): boolean {
  return memberOf(call, userId)?.sessionId !== sessionId;
}

function withHold(call: Call, { userId }: Actor, held: boolean): Call {
  return withMember(nextVersion(call), userId, { held });
}
