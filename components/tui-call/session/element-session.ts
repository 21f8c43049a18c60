import type { Notification } from '../../../src/engine/api/observer.ts';
import type { ElementDependencies } from './dependencies.ts';
import { ringSound } from './ring-sound.ts';

export interface ElementSessionEvents {
  stateChanged(): void;
  notified(notification: Notification): void;
  ringBlocked(blocked: boolean): void;
  /** The own picture before answering, or that there is none. */
  previewed(stream: MediaStream | null): void;
  onlineChanged(): void;
}

export interface SoundSettings {
  readonly ringtone: string;
  readonly ringback: string;
  readonly muteRingtone: boolean;
  /** The incoming call that the page draws itself; '' is none. */
  readonly customRinging: string;
}

/**
 * The engine, its pictures and its sounds, for as long as the element is in the document.
 * Owns all of them and everything it listens to; `close()` lets go of all.
 */
export class ElementSession {
  readonly dependencies: ElementDependencies;
  readonly #closed = new AbortController();
  readonly #events: ElementSessionEvents;
  #currentSound: string | null = null;
  #preview: AbortController | null = null;

  constructor(dependencies: ElementDependencies, events: ElementSessionEvents) {
    this.dependencies = dependencies;
    this.#events = events;
    const { signal } = this.#closed;
    const releases = [
      dependencies.engine.subscribe(() => events.stateChanged()),
      dependencies.engine.listen((notification) => events.notified(notification)),
      dependencies.ringer.onBlocked((blocked) => events.ringBlocked(blocked)),
    ];
    for (const release of releases) signal.addEventListener('abort', release, { once: true });
    window.addEventListener('online', () => events.onlineChanged(), { signal });
    window.addEventListener('offline', () => events.onlineChanged(), { signal });
  }

  /** Lets be heard what the state asks for, and nothing else. */
  sound({ ringtone, ringback, muteRingtone, customRinging }: SoundSettings): void {
    const { state } = this.dependencies.engine;
    const sound = ringSound(state, customRinging);
    const url = sound === 'ringtone' ? ringtone : sound === 'ringback' ? ringback : '';
    const muted = sound !== 'ringback' && muteRingtone;
    // What sounds already goes on: starting it anew would stutter at each change of the state.
    const wanted =
      sound &&
      `${sound} ${(sound === 'call-waiting' ? state.waiting : state)?.callId ?? ''} ${url} ${String(muted)}`;
    if (wanted === this.#currentSound) return;
    this.#currentSound = wanted;
    if (!sound) return this.dependencies.ringer.stop();
    // All tabs of this browser show the call; one of them rings.
    const lock = sound === 'ringtone' && state.callId !== null ? { lockKey: state.callId } : {};
    this.dependencies.ringer.ring(sound, { ...(url && { url }), muted, ...lock });
  }

  /** Shows the own picture as long as it is wanted; the camera closes with the wish. */
  preview(wanted: boolean): void {
    if (wanted === (this.#preview !== null)) return;
    this.#preview?.abort();
    this.#preview = wanted ? new AbortController() : null;
    if (!this.#preview) return this.#events.previewed(null);
    const { signal } = this.#preview;
    void this.dependencies.openPreview(signal).then((stream) => {
      if (!signal.aborted) this.#events.previewed(stream);
    });
  }

  async close(): Promise<void> {
    // First: the page gets the terminal event of each call while the engine is being destroyed.
    const destroyed = this.dependencies.engine.destroy();
    this.#closed.abort();
    this.preview(false);
    this.dependencies.ringer.close();
    await destroyed;
  }
}
