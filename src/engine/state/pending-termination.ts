import { parseCallId, parseCommandId, type CallId, type CommandId } from '../../protocol/index.ts';
import type { CallEffect } from './effects.ts';
import type { EngineState } from './call-state.ts';
import { result, type TransitionResult } from './transition-result.ts';

/**
 * A hang-up, rejection or cancel that the server has not acknowledged. Survives a reload, so that a
 * hang-up without a network does not bring the user back into the call.
 */
export type PendingTermination =
  | { readonly type: 'hangup' | 'reject'; readonly callId: CallId }
  | { readonly type: 'cancel'; readonly callCommandId: CommandId };

export function isTermination(command: { readonly type: string }): command is PendingTermination {
  return command.type === 'hangup' || command.type === 'reject' || command.type === 'cancel';
}

/** Sends the command and repeats it until the server acknowledges it. */
export function queueTermination(
  state: EngineState,
  termination: PendingTermination,
): TransitionResult {
  const others = state.pendingTerminations.filter(
    (one) => serializeTermination(one) !== serializeTermination(termination),
  );
  const command: CallEffect = {
    type: 'send-command',
    id: null,
    command: termination,
    delivery: 'reliable',
  };
  return result({ ...state, pendingTerminations: [...others, termination] }, [command]);
}

/** Removes a termination that the server has acknowledged. */
export function terminationAcked(state: EngineState, acked: PendingTermination): EngineState {
  const pendingTerminations = state.pendingTerminations.filter(
    (one) => serializeTermination(one) !== serializeTermination(acked),
  );
  return { ...state, pendingTerminations };
}

/** The user has left this call; views of it that show otherwise are outdated. */
export function isTerminating({ pendingTerminations }: EngineState, callId: CallId): boolean {
  return pendingTerminations.some((one) => isTerminationOf(one, callId));
}

export function isTerminationOf(command: { readonly type: string }, callId: CallId): boolean {
  return isTermination(command) && 'callId' in command && command.callId === callId;
}

/** Forgets the terminations of a call, so that they do not end a newer invitation into it. */
export function dropTerminations(state: EngineState, callId: CallId): TransitionResult {
  if (!isTerminating(state, callId)) return result(state);
  const pendingTerminations = state.pendingTerminations.filter(
    (one) => !isTerminationOf(one, callId),
  );
  return result({ ...state, pendingTerminations }, [{ type: 'drop-terminations', callId }]);
}

/** The termination that undoes a command which the server may have processed: by its id if the call is unknown. */
export function compensate(pending: {
  readonly commandId: CommandId;
  readonly callId?: CallId | null;
}): PendingTermination {
  const { commandId: callCommandId, callId } = pending;
  return callId ? { type: 'hangup', callId } : { type: 'cancel', callCommandId };
}

/**
 * A cancel is pending, so the call that it ends is unknown. It can be any call, with glare also the
 * other user's.
 */
export function hasUnresolvedCancel({ pendingTerminations }: EngineState): boolean {
  return pendingTerminations.some(({ type }) => type === 'cancel');
}

export function serializeTerminations(
  pendingTerminations: readonly PendingTermination[],
): string | null {
  return pendingTerminations.length === 0
    ? null
    : pendingTerminations.map(serializeTermination).join(' ');
}

export function parseTerminations(text: string | null): readonly PendingTermination[] {
  return (text ?? '').split(' ').flatMap((entry): PendingTermination[] => {
    const [type, id] = entry.split(':');
    const callId = parseCallId(id);
    const callCommandId = parseCommandId(id);
    if (type === 'cancel' && callCommandId !== null) return [{ type, callCommandId }];
    return (type === 'hangup' || type === 'reject') && callId !== null ? [{ type, callId }] : [];
  });
}

function serializeTermination(termination: PendingTermination): string {
  return `${termination.type}:${'callId' in termination ? termination.callId : termination.callCommandId}`;
}
