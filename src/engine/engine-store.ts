import { CallError } from './call-error.ts';
import type { CallEffect, Done, Outcome } from './call-effect.ts';
import type { CallEvent, Intent, Occurrence } from './call-event.ts';
import { INITIAL, type EngineState, type IntentId } from './call-state.ts';
import { connectionOf } from './connection.ts';
import { Emitter } from './emitter.ts';
import type { Notification } from './observer.ts';
import type { Clock, Logger, RandomId } from './ports.ts';
import type { CallSnapshot } from './snapshot.ts';
import { snapshotOf } from './snapshot-of.ts';
import { note } from './step.ts';
import { transition } from './transition.ts';

interface Waiting {
  readonly resolve: (done: Done) => void;
  readonly reject: (error: CallError) => void;
}

type WithoutIntent<T> = T extends Intent ? Omit<T, 'intent'> : never;
export type Wish = WithoutIntent<Intent>;

/**
 * The state and everyone who follows it. One event at a time: what an observer does while it is told
 * of one waits its turn. Owns the promises of intents under way; they end with `reset()`.
 */
export class EngineStore {
  readonly #clock: Clock;
  readonly #randomId: RandomId;
  readonly #logger: Logger;
  readonly #changes: Emitter<CallSnapshot>;
  readonly #notifications: Emitter<Notification>;
  readonly #waiting = new Map<IntentId, Waiting>();
  readonly #queue: CallEvent[] = [];
  #draining = false;
  #state = INITIAL;
  #snapshot = snapshotOf(INITIAL);
  /** Where effects go while someone is signed in. */
  runEffect: ((effect: CallEffect) => void) | null = null;

  constructor(clock: Clock, randomId: RandomId, logger: Logger) {
    this.#clock = clock;
    this.#randomId = randomId;
    this.#logger = logger;
    const onThrow = (error: unknown) => this.#logger.warn('a listener threw', { error });
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

  /** A wish, and the promise of its end. */
  ask(wish: Wish): Promise<Done> {
    const intent = this.#randomId() as IntentId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(intent, { resolve, reject });
      this.dispatch({ ...wish, intent });
    });
  }

  settle(intent: IntentId, outcome: Outcome): void {
    const waiting = this.#waiting.get(intent);
    this.#waiting.delete(intent);
    if (outcome.ok) waiting?.resolve(outcome);
    else waiting?.reject(CallError.from(outcome.error));
  }

  dispatch(event: Occurrence): void {
    this.#queue.push({ ...event, at: this.#clock.now() });
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#take(next);
      }
    } finally {
      this.#draining = false;
    }
  }

  /** Back to the beginning: nobody signed in, nothing under way. */
  reset(): void {
    this.#queue.length = 0;
    const before = this.#state;
    this.#state = INITIAL;
    for (const { reject } of this.#waiting.values()) reject(new CallError('not-initialized'));
    this.#waiting.clear();
    const connection = connectionOf(INITIAL);
    const told =
      connectionOf(before) === connection
        ? []
        : [note('onConnectionStateChanged', [connection], { callId: '' })];
    this.#announce(told);
  }

  #take(event: CallEvent): void {
    const { state, effects, notifications } = transition(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    this.#announce(notifications);
  }

  #run(effect: CallEffect): void {
    // Settled here, too, when nobody is signed in: a wish is always answered.
    if (effect.type === 'settle') return this.settle(effect.intent, effect.outcome);
    try {
      this.runEffect?.(effect);
    } catch (error) {
      this.#logger.warn('an effect failed', { effect: effect.type, error });
    }
  }

  #announce(notifications: readonly Notification[]): void {
    const snapshot = snapshotOf(this.#state, this.#snapshot);
    const changed = snapshot !== this.#snapshot;
    this.#snapshot = snapshot;
    if (changed) this.#changes.emit(snapshot);
    for (const notification of notifications) this.#notifications.emit(notification);
  }
}
