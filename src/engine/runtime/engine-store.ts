import { CallError } from '../api/call-error.ts';
import type { CallEffect, IntentResult, IntentOutcome } from '../state/effects.ts';
import type { CallEvent, EngineEvent, IntentRequest } from '../state/events.ts';
import { INITIAL_STATE, type EngineState, type IntentId } from '../state/call-state.ts';
import { connectionState } from '../state/connection-state.ts';
import { Emitter } from './emitter.ts';
import type { Notification } from '../api/observer.ts';
import type { Clock, Logger, RandomId } from '../api/ports.ts';
import type { CallSnapshot } from '../api/snapshot.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';
import { notification } from '../state/transition-result.ts';
import { transition } from '../transitions/transition.ts';

interface PendingIntent {
  readonly resolve: (done: IntentResult) => void;
  readonly reject: (error: CallError) => void;
}

/**
 * The only owner of the state. Processes one event at a time: an event that a listener dispatches waits
 * until the current one is complete. Owns the promises of pending intents; `reset()` rejects them.
 */
export class EngineStore {
  readonly #clock: Clock;
  readonly #randomId: RandomId;
  readonly #logger: Logger;
  readonly #changes: Emitter<CallSnapshot>;
  readonly #notifications: Emitter<Notification>;
  readonly #pendingIntents = new Map<IntentId, PendingIntent>();
  readonly #queue: CallEvent[] = [];
  #draining = false;
  #state = INITIAL_STATE;
  #snapshot = createSnapshot(INITIAL_STATE);
  /** Performs effects; null while nobody is signed in. */
  runEffect: ((effect: CallEffect) => void) | null = null;

  constructor(clock: Clock, randomId: RandomId, logger: Logger) {
    this.#clock = clock;
    this.#randomId = randomId;
    this.#logger = logger;
    const onThrow = (error: unknown) => this.#logger.warn('listener threw an exception', { error });
    this.#changes = new Emitter(onThrow);
    this.#notifications = new Emitter(onThrow);
  }

  get state(): EngineState {
    return this.#state;
  }

  get snapshot(): CallSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    return this.#changes.add(listener);
  }

  listen(listener: (notification: Notification) => void): () => void {
    return this.#notifications.add(listener);
  }

  /** Dispatches an intent. The promise settles with its `settle` effect. */
  request(request: IntentRequest): Promise<IntentResult> {
    const intentId = this.#randomId() as IntentId;
    return new Promise((resolve, reject) => {
      this.#pendingIntents.set(intentId, { resolve, reject });
      this.dispatch({ ...request, intentId });
    });
  }

  settle(intentId: IntentId, outcome: IntentOutcome): void {
    const pending = this.#pendingIntents.get(intentId);
    this.#pendingIntents.delete(intentId);
    if (outcome.ok) pending?.resolve(outcome);
    else pending?.reject(CallError.from(outcome.error));
  }

  dispatch(event: EngineEvent): void {
    this.#queue.push({ ...event, at: this.#clock.now() });
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#process(next);
      }
    } finally {
      this.#draining = false;
    }
  }

  /** Restores the initial state and rejects all pending intents. */
  reset(): void {
    this.#queue.length = 0;
    const before = this.#state;
    this.#state = INITIAL_STATE;
    for (const { reject } of this.#pendingIntents.values())
      reject(new CallError('not-initialized'));
    this.#pendingIntents.clear();
    const connection = connectionState(INITIAL_STATE);
    const notifications =
      connectionState(before) === connection
        ? []
        : [notification('onConnectionStateChanged', [connection], { callId: '' })];
    this.#publish(notifications);
  }

  #process(event: CallEvent): void {
    const { state, effects, notifications } = transition(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    this.#publish(notifications);
  }

  #run(effect: CallEffect): void {
    // The store settles intents itself, so that they settle also while nobody is signed in.
    if (effect.type === 'settle') return this.settle(effect.intentId, effect.outcome);
    try {
      this.runEffect?.(effect);
    } catch (error) {
      this.#logger.warn('effect failed', { effect: effect.type, error });
    }
  }

  #publish(notifications: readonly Notification[]): void {
    const snapshot = createSnapshot(this.#state, this.#snapshot);
    const changed = snapshot !== this.#snapshot;
    this.#snapshot = snapshot;
    if (changed) this.#changes.emit(snapshot);
    for (const notification of notifications) this.#notifications.emit(notification);
  }
}
