import type { Command, CommandId } from '../../protocol/index.ts';
import { CallError } from '../api/call-error.ts';
import type { CallEffect, StorageKey } from '../state/effects.ts';
import type { CommandBody, EngineEvent, TimerName } from '../state/events.ts';
import { isTerminationOf } from '../state/pending-termination.ts';
import type { EnginePorts } from '../api/ports.ts';
import type { SignalClient } from './signal-client.ts';

/** What the runner needs in addition to the ports. */
export interface RunnerContext {
  readonly dispatch: (event: EngineEvent) => void;
  readonly openSocket: () => void;
  readonly sendLeave: () => void;
  readonly storageKey: (key: StorageKey) => string;
}

/**
 * Performs effects by calling ports, and dispatches the results as events. Owns the running timers.
 * Ends with `close()`; after that it dispatches nothing.
 */
export class EffectRunner {
  readonly #ports: EnginePorts;
  readonly #signal: SignalClient;
  readonly #context: RunnerContext;
  readonly #timers = new Map<TimerName, () => void>();
  #closed = false;

  constructor(ports: EnginePorts, signal: SignalClient, context: RunnerContext) {
    this.#ports = ports;
    this.#signal = signal;
    this.#context = context;
  }

  run(effect: CallEffect): void {
    const { media } = this.#ports;
    switch (effect.type) {
      case 'open-socket':
        return this.#context.openSocket();
      case 'close-socket':
        return this.#signal.close();
      case 'release-commands':
        return this.#signal.release();
      case 'send-command':
        return this.#send(effect);
      case 'drop-command':
        return this.#signal.drop(({ id }) => id === effect.id);
      case 'drop-call-commands':
        return this.#signal.drop((command) => isEngineCommandFor(command, effect.callId));
      case 'drop-terminations':
        return this.#signal.drop((command) => isTerminationOf(command, effect.callId));
      case 'prepare-media':
        return media.prepare(effect.url);
      case 'join-media':
        return this.#joinMedia(effect);
      case 'leave-media':
        return this.#logFailure(media.leave());
      case 'set-track':
        return this.#setTrack(effect);
      case 'start-timer':
        return this.#startTimer(effect.name, effect.ms);
      case 'cancel-timer':
        return this.#cancelTimer(effect.name);
      case 'persist':
        return this.#persist(effect);
      case 'send-leave':
        return this.#context.sendLeave();
      case 'settle':
        // The store settles promises.
        return;
    }
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
  }

  #dispatch(event: EngineEvent): void {
    if (!this.#closed) this.#context.dispatch(event);
  }

  #send({ id, command, delivery }: CallEffect & { type: 'send-command' }): void {
    this.#signal.send(withId(command, id ?? this.#newId()), delivery);
  }

  #newId(): CommandId {
    return this.#ports.randomId() as CommandId;
  }

  #joinMedia({ attempt, callId, access, mediaType }: CallEffect & { type: 'join-media' }): void {
    this.#ports.media.join({ callId, url: access.url, token: access.token, mediaType }).then(
      () => this.#dispatch({ type: 'media-joined', attempt }),
      (cause: unknown) => {
        const error = toCallError(cause, 'media-failed');
        this.#dispatch({ type: 'media-join-failed', attempt, error });
      },
    );
  }

  #setTrack({ callId, source, on, intentId }: CallEffect & { type: 'set-track' }): void {
    const done = (error: CallError | null) =>
      this.#dispatch({ type: 'track-set', callId, source, on, intentId, error });
    this.#ports.media.setTrack(source, on).then(
      () => done(null),
      (cause: unknown) => done(toCallError(cause, FAILURE[source])),
    );
  }

  #persist({ where, key, value }: Extract<CallEffect, { type: 'persist' }>): void {
    const values = this.#ports.storage[where];
    const name = this.#context.storageKey(key);
    // Another tab of this browser may have stored a higher number; a lower one would repeat callbacks.
    const isOld =
      key === 'missed-seq' && value !== null && Number(values.read(name)) > Number(value);
    if (!isOld) values.write(name, value);
  }

  #startTimer(name: TimerName, ms: number): void {
    this.#cancelTimer(name);
    const fired = () => {
      this.#timers.delete(name);
      this.#dispatch({ type: 'timer-fired', name });
    };
    this.#timers.set(name, this.#ports.clock.after(ms, fired));
  }

  #cancelTimer(name: TimerName): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  #logFailure(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      this.#ports.logger.warn('leaving the media room failed', { reason: String(cause) });
    });
  }
}

const FAILURE = {
  microphone: 'microphone-unavailable',
  camera: 'camera-unavailable',
  screen: 'screen-share-failed',
} as const;

function isEngineCommandFor(command: Command, callId: string): boolean {
  return (
    (command.type === 'media-access' || command.type === 'alerted') && command.callId === callId
  );
}

function withId(body: CommandBody, id: CommandId): Command {
  // Each body lacks exactly the id; TypeScript cannot infer the union from that.
  return { ...body, id };
}

/** Returns the cause if it is a CallError, else a CallError of this name with the cause's message. */
export function toCallError(cause: unknown, name: CallError['name']): CallError {
  if (cause instanceof CallError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CallError(name, message, { cause });
}
