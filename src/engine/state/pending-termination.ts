import { parseCallId, parseCommandId, type CallId, type CommandId } from '../../protocol/index.ts';
import type { CallEffect } from './effects.ts';
import type { EngineState } from './call-state.ts';
import { result, type TransitionResult } from './transition-result.ts';

/**
 * What the user ended here and the server may not know yet. Kept over a reload, so that a hang-up
 * into a dead network does not bring the user back into that call.
 */
export type PendingTermination =
  | { readonly type: 'hangup' | 'reject'; readonly callId: CallId }
  | { readonly type: 'cancel'; readonly callCommandId: CommandId };

export function isTermination(command: { readonly type: string }): command is PendingTermination {
  return command.type === 'hangup' || command.type === 'reject' || command.type === 'cancel';
}

/** Says it to the server for as long as it takes. */
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

/** The server has it. */
export function terminationAcked(state: EngineState, acked: PendingTermination): EngineState {
  const pendingTerminations = state.pendingTerminations.filter(
    (one) => serializeTermination(one) !== serializeTermination(acked),
  );
  return { ...state, pendingTerminations };
}

/** The user is done with this call, whatever the server still says of it. */
export function isTerminating({ pendingTerminations }: EngineState, callId: CallId): boolean {
  return pendingTerminations.some((one) => isTerminationOf(one, callId));
}

export function isTerminationOf(command: { readonly type: string }, callId: CallId): boolean {
  return isTermination(command) && 'callId' in command && command.callId === callId;
}

/** What it was to end has ended: it must not decline a newer invitation into the same call. */
export function dropTerminations(state: EngineState, callId: CallId): TransitionResult {
  if (!isTerminating(state, callId)) return result(state);
  const pendingTerminations = state.pendingTerminations.filter(
    (one) => !isTerminationOf(one, callId),
  );
  return result({ ...state, pendingTerminations }, [{ type: 'drop-terminations', callId }]);
}

/** What undoes a command that may have arrived: by its id where it is not known which call that means. */
export function compensate(pending: {
  readonly commandId: CommandId;
  readonly callId?: CallId | null;
}): PendingTermination {
  const { commandId: callCommandId, callId } = pending;
  return callId ? { type: 'hangup', callId } : { type: 'cancel', callCommandId };
}

/**
 * A command was taken back and it is not known yet which call it means: it may be any, also that of
 * another who rang at the same moment.
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
