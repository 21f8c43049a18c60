import { errorShape, type CallId, type ErrorName, type ErrorShape } from '../../protocol/index.ts';
import type { CallEffect, SettleIntent } from './effects.ts';
import type { CurrentCall, EngineState, IntentId, ActiveError } from './call-state.ts';
import type { CallbackArguments, CallbackName, CallInfo, Notification } from '../api/observer.ts';

/** The result of a transition. */
export interface TransitionResult {
  readonly state: EngineState;
  readonly effects: readonly CallEffect[];
  readonly notifications: readonly Notification[];
}

export function result(
  state: EngineState,
  effects: readonly CallEffect[] = [],
  notifications: readonly Notification[] = [],
): TransitionResult {
  return { state, effects, notifications };
}

/** Applies `next` to the state of `first` and concatenates effects and notifications. */
export function chain(
  first: TransitionResult,
  next: (state: EngineState) => TransitionResult,
): TransitionResult {
  const second = next(first.state);
  return {
    state: second.state,
    effects: [...first.effects, ...second.effects],
    notifications: [...first.notifications, ...second.notifications],
  };
}

/** The state with another current call. */
export function withCall(state: EngineState, call: CurrentCall): EngineState {
  return { ...state, call };
}

export function resolveIntent(intentId: IntentId, callId: CallId | null = null): SettleIntent {
  return { type: 'settle', intentId, outcome: { ok: true, callId } };
}

export function rejectIntent(intentId: IntentId, error: ErrorShape): CallEffect {
  return { type: 'settle', intentId, outcome: { ok: false, error } };
}

export function failIntent(
  state: EngineState,
  intentId: IntentId,
  name: ErrorName,
  message?: string,
): TransitionResult {
  return result(state, [rejectIntent(intentId, errorShape(name, message))]);
}

export function notification<Name extends CallbackName>(
  name: Name,
  args: CallbackArguments[Name],
  info: CallInfo,
): Notification {
  // TypeScript does not relate a generic name and its arguments to a member of the union.
  return { name, args, info } as Notification;
}

/** Notifies `onError` and shows the error until its scope recovers. */
export function withError(
  state: EngineState,
  scope: ActiveError['scope'],
  error: ErrorShape,
  callId: CallId | null = null,
): TransitionResult {
  return result(
    { ...state, activeError: { scope, error: toErrorShape(error) } },
    [],
    [notification('onError', [error.code, error.message], { callId: callId ?? '' })],
  );
}

/** Copies the fields of an error; a state contains only plain data. */
export function toErrorShape({ code, name, message, retryable }: ErrorShape): ErrorShape {
  return { code, name, message, retryable };
}

/** Clears the error if it has this scope. */
export function withoutError(state: EngineState, about: ActiveError['scope']): EngineState {
  return state.activeError?.scope === about ? { ...state, activeError: null } : state;
}
