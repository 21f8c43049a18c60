import { errorShape, type CommandId } from '../../protocol/index.ts';
import { INITIAL_STATE, type EngineState, type IncomingCall } from '../state/call-state.ts';
import type { EngineIntent, IntentOf } from '../state/events.ts';
import {
  compensate,
  queueTermination,
  type PendingTermination,
} from '../state/pending-termination.ts';
import {
  chain,
  failIntent,
  rejectIntent,
  resolveIntent,
  result,
  withCall,
  type TransitionResult,
} from '../state/transition-result.ts';
import { endCallHere, setBackgroundCall } from './end-call.ts';
import { hangUpHeld, leaveBackgroundCalls } from './on-second-call.ts';

/** Handles the intents that end a call on this device. */

export function onReject(
  state: EngineState,
  intent: IntentOf<'reject'>,
  at: number,
): TransitionResult {
  const { call } = state;
  if (call.phase !== 'incoming') {
    return call.phase === 'idle' || call.phase === 'ended'
      ? result(state, [resolveIntent(intent.intentId)])
      : failIntent(state, intent.intentId, 'wrong-state', 'nothing rings');
  }
  return settle(endAndTerminate(state, declineCommand(call), at), intent);
}

/** The server may have processed an accept that timed out; then this session holds a seat and must hang up. */
function declineCommand({ view, unconfirmedTracks }: IncomingCall): PendingTermination {
  return { type: unconfirmedTracks === null ? 'reject' : 'hangup', callId: view.callId };
}

export function onIgnore(state: EngineState, { intentId }: IntentOf<'ignore'>): TransitionResult {
  const { call } = state;
  if (call.phase !== 'incoming') {
    return call.phase === 'idle' || call.phase === 'ended'
      ? result(state, [resolveIntent(intentId)])
      : failIntent(state, intentId, 'wrong-state', 'nothing rings');
  }
  const { view, deadline } = call;
  const idle = withCall(state, { phase: 'idle' });
  return result(setBackgroundCall(idle, { view, deadline, status: 'ignored' }), [
    resolveIntent(intentId),
  ]);
}

/** Ends the call here at once and queues the termination for the server. */
export function onHangup(
  state: EngineState,
  intent: IntentOf<'hangup'>,
  at: number,
): TransitionResult {
  const { call } = state;
  const left = call.phase === 'idle' ? hangUpHeld(state, at) : leaveCurrentCall(state, at);
  return settle(left, intent);
}

function settle(done: TransitionResult, { intentId }: EngineIntent): TransitionResult {
  return chain(done, (next) => result(next, [resolveIntent(intentId)]));
}

function leaveCurrentCall(state: EngineState, at: number): TransitionResult {
  const { call } = state;
  switch (call.phase) {
    case 'idle':
    case 'ended':
      return result(state);
    case 'incoming':
      return endAndTerminate(state, declineCommand(call), at);
    case 'outgoing':
    case 'in-call':
      return endAndTerminate(state, { type: 'hangup', callId: call.view.callId }, at);
    case 'answering': {
      const termination = { type: 'hangup', callId: call.view.callId } as const;
      return endWhilePending(state, call.commandId, termination, at);
    }
    case 'joining':
    case 'dialing':
      return endWhilePending(state, call.commandId, compensate(call), at);
  }
}

/**
 * Ends every call on this device: each notified call gets its terminal event. Hangs up the calls that
 * this device has joined; a ring continues on the user's other devices. After that nobody is signed in:
 * the engine ignores messages of the server and only repeats pending hang-ups until `reset()`.
 */
export function onSignOut(
  state: EngineState,
  intent: IntentOf<'sign-out'>,
  at: number,
): TransitionResult {
  const { call } = state;
  const isRinging = call.phase === 'incoming' && call.unconfirmedTracks === null;
  const shown = isRinging
    ? endCallHere(state, 'signed-out', state.account?.userId ?? null, at)
    : leaveCurrentCall(state, at);
  const all = chain(shown, (next) => leaveBackgroundCalls(next, at));
  const signedOut = chain(all, ({ connection, pendingTerminations, missedSeq }) =>
    result({ ...INITIAL_STATE, connection, pendingTerminations, missedSeq }),
  );
  return settle(signedOut, intent);
}

function endWhilePending(
  state: EngineState,
  id: CommandId,
  termination: PendingTermination,
  at: number,
): TransitionResult {
  const ended = endAndTerminate(state, termination, at);
  const error = errorShape('wrong-state', 'the user cancelled the command');
  // The server may have processed the command; the termination undoes it.
  return {
    ...ended,
    effects: [{ type: 'drop-command', id }, rejectIntent(id, error), ...ended.effects],
  };
}

function endAndTerminate(
  state: EngineState,
  termination: PendingTermination,
  at: number,
): TransitionResult {
  const reason = localEndReason(state);
  const byUserId = state.account?.userId ?? null;
  return chain(endCallHere(state, reason, byUserId, at), (next) =>
    queueTermination(next, termination),
  );
}

function localEndReason({ call }: EngineState): 'cancelled' | 'rejected' | 'hangup' {
  if (call.phase === 'incoming' || call.phase === 'answering') return 'rejected';
  return call.phase === 'in-call' ? 'hangup' : 'cancelled';
}
