import { parseCallId, parseCommandId, type CallId, type CommandId } from '../protocol/index.ts';
import type { CallEffect } from './call-effect.ts';
import type { EngineState } from './call-state.ts';
import { step, type Step } from './step.ts';

/**
 * What the user ended here and the server may not know yet. Kept over a reload, so that a hang-up
 * into a dead network does not bring the user back into that call.
 */
export type Farewell =
  | { readonly type: 'hangup' | 'reject'; readonly callId: CallId }
  | { readonly type: 'cancel'; readonly callCommandId: CommandId };

export function isFarewell(command: { readonly type: string }): command is Farewell {
  return command.type === 'hangup' || command.type === 'reject' || command.type === 'cancel';
}

/** Says it to the server for as long as it takes. */
export function bidFarewell(state: EngineState, farewell: Farewell): Step {
  const others = state.farewells.filter((one) => wordOf(one) !== wordOf(farewell));
  const said: CallEffect = { type: 'send-command', id: null, command: farewell, delivery: 'kept' };
  return step({ ...state, farewells: [...others, farewell] }, [said]);
}

/** The server has it. */
export function farewellHeard(state: EngineState, heard: Farewell): EngineState {
  const farewells = state.farewells.filter((one) => wordOf(one) !== wordOf(heard));
  return { ...state, farewells };
}

/** The user is done with this call, whatever the server still says of it. */
export function isLeft({ farewells }: EngineState, callId: CallId): boolean {
  return farewells.some((one) => isFarewellTo(one, callId));
}

export function isFarewellTo(command: { readonly type: string }, callId: CallId): boolean {
  return isFarewell(command) && 'callId' in command && command.callId === callId;
}

/** What it was to end has ended: it must not decline a newer invitation into the same call. */
export function dropFarewells(state: EngineState, callId: CallId): Step {
  if (!isLeft(state, callId)) return step(state);
  const farewells = state.farewells.filter((one) => !isFarewellTo(one, callId));
  return step({ ...state, farewells }, [{ type: 'drop-farewells', callId }]);
}

/** What undoes a command that may have arrived: by its id where it is not known which call that means. */
export function takeBack(asked: {
  readonly commandId: CommandId;
  readonly callId?: CallId | null;
}): Farewell {
  const { commandId: callCommandId, callId } = asked;
  return callId ? { type: 'hangup', callId } : { type: 'cancel', callCommandId };
}

/**
 * A command was taken back and it is not known yet which call it means: it may be any, also that of
 * another who rang at the same moment.
 */
export function maybeWithdrawn({ farewells }: EngineState): boolean {
  return farewells.some(({ type }) => type === 'cancel');
}

export function farewellWords(farewells: readonly Farewell[]): string | null {
  return farewells.length === 0 ? null : farewells.map(wordOf).join(' ');
}

export function parseFarewells(words: string | null): readonly Farewell[] {
  return (words ?? '').split(' ').flatMap((word): Farewell[] => {
    const [type, id] = word.split(':');
    const callId = parseCallId(id);
    const callCommandId = parseCommandId(id);
    if (type === 'cancel' && callCommandId !== null) return [{ type, callCommandId }];
    return (type === 'hangup' || type === 'reject') && callId !== null ? [{ type, callId }] : [];
  });
}

function wordOf(farewell: Farewell): string {
  return `${farewell.type}:${'callId' in farewell ? farewell.callId : farewell.callCommandId}`;
}
