import type { CurrentCallAction } from '../../../src/protocol/index.ts';
import { memberOf, nextVersion, participationOf, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Actor, Decision } from '../model/decision.ts';
import { leave } from './leave-call.ts';

/** Two calls of one user: one is talked in, the others ring or are on hold. */

export interface CurrentCallContext {
  readonly now: number;
  /** The call the user talks in just now, if it is another one. */
  readonly currentCall: Call | null;
}

/**
 * A decision that takes the user into a call, with what becomes of the one they talk in: both in one
 * change. When the decision came too late, the first call stays as it is.
 */
export function releaseCurrentCall(
  decision: Decision,
  actor: Actor,
  { now, currentCall }: CurrentCallContext,
  requested?: CurrentCallAction,
): Decision {
  if (decision.outcome === 'refused' || decision.changes.length === 0) return decision;
  if (currentCall === null) return decision;
  const action = requested ?? (isElsewhere(currentCall, actor) ? 'hold' : null);
  if (action === null) {
    return refuse('wrong-state', 'This user is in another call: say what becomes of it.');
  }
  if (action === 'hold' && currentCall.status !== 'active')
    return refuse('wrong-state', UNANSWERED);
  const released =
    action === 'end' ? leave(currentCall, actor.userId, now) : withHold(currentCall, actor, true);
  return { ...decision, changes: [{ before: currentCall, after: released }, ...decision.changes] };
}

/** `hold`: keeps the seat without its media; taken up again, the call talked in meanwhile is held. */
export function hold(call: Call, on: boolean, actor: Actor, context: CurrentCallContext): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  if (member.status !== 'joined' || member.held === on) return unchanged(call);
  if (member.sessionId !== actor.sessionId) {
    return refuse('wrong-state', 'Only the session that is in the call can hold it.');
  }
  if (call.status !== 'active') return refuse('wrong-state', UNANSWERED);
  const held = changed(call, withHold(call, actor, on));
  return on ? held : releaseCurrentCall(held, actor, context, 'hold');
}

const UNANSWERED = 'Nobody has answered that call yet.';

/** Answered on a second device: that cannot know of the first one's call, and must not end it. */
function isElsewhere(call: Call, { userId, sessionId }: Actor): boolean {
  return memberOf(call, userId)?.sessionId !== sessionId;
}

function withHold(call: Call, { userId }: Actor, held: boolean): Call {
  return withMember(nextVersion(call), userId, { held });
}
