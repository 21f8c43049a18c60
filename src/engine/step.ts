import { errorShape, type CallId, type ErrorName, type ErrorShape } from '../protocol/index.ts';
import type { CallEffect, Settle } from './call-effect.ts';
import type { Call, EngineState, IntentId, Trouble } from './call-state.ts';
import type { CallbackArguments, CallbackName, CallInfo, Notification } from './observer.ts';

/** What one event comes to. */
export interface Step {
  readonly state: EngineState;
  readonly effects: readonly CallEffect[];
  readonly notifications: readonly Notification[];
}

export function step(
  state: EngineState,
  effects: readonly CallEffect[] = [],
  notifications: readonly Notification[] = [],
): Step {
  return { state, effects, notifications };
}

/** One step, and what follows from where it led, as one. */
export function then(first: Step, next: (state: EngineState) => Step): Step {
  const second = next(first.state);
  return {
    state: second.state,
    effects: [...first.effects, ...second.effects],
    notifications: [...first.notifications, ...second.notifications],
  };
}

/** The state with another call in it. */
export function withCall(state: EngineState, call: Call): EngineState {
  return { ...state, call };
}

export function settled(intent: IntentId, callId: CallId | null = null): Settle {
  return { type: 'settle', intent, outcome: { ok: true, callId } };
}

export function refused(intent: IntentId, error: ErrorShape): CallEffect {
  return { type: 'settle', intent, outcome: { ok: false, error } };
}

export function refuse(
  state: EngineState,
  intent: IntentId,
  name: ErrorName,
  message?: string,
): Step {
  return step(state, [refused(intent, errorShape(name, message))]);
}

export function note<Name extends CallbackName>(
  name: Name,
  args: CallbackArguments[Name],
  info: CallInfo,
): Notification {
  // TypeScript cannot follow the link between a generic name and its arguments into the union.
  return { name, args, info } as Notification;
}

/** Tells the program of an error and shows it to the user until it has come right. */
export function troubled(
  state: EngineState,
  about: Trouble['about'],
  error: ErrorShape,
  callId: CallId | null = null,
): Step {
  return step(
    { ...state, trouble: { about, error: plain(error) } },
    [],
    [note('onError', [error.code, error.message], { callId: callId ?? '' })],
  );
}

/** Without the rest of an Error: a state is compared by what is in it. */
export function plain({ code, name, message, retryable }: ErrorShape): ErrorShape {
  return { code, name, message, retryable };
}

/** The trouble is over, if it was about this. */
export function cleared(state: EngineState, about: Trouble['about']): EngineState {
  return state.trouble?.about === about ? { ...state, trouble: null } : state;
}
