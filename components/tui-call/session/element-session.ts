import type { Notification } from '../../../src/engine/api/observer.ts';
import type { ElementDependencies } from './dependencies.ts';
import { ringSound } from './ring-sound.ts';

export interface ElementSessionEvents {
  stateChanged(): void;
  notified(notification: Notification): void;
  ringBlocked(blocked: boolean): void;
  /** The preview of the user's own camera; null when it closes. */
  previewed(stream: MediaStream | null): void;
  onlineChanged(): void;
}

export interface SoundSettings {
  readonly ringtone: string;
  readonly ringback: string;
  readonly muteRingtone: boolean;
  /** The incoming call for which the page shows its own screen; '': none. */
  readonly customRinging: string;
}

/**
 * The engine, videos and sounds while the element is in the document. Owns the dependencies and all
 * listeners; `close()` releases them.
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

  /** Plays the sound of the current state and stops any other. */
  sound({ ringtone, ringback, muteRingtone, customRinging }: SoundSettings): void {
    const { state } = this.dependencies.engine;
    const sound = ringSound(state, customRinging);
    const url = sound === 'ringtone' ? ringtone : sound === 'ringback' ? ringback : '';
    const muted = sound !== 'ringback' && muteRingtone;
    // A sound that already plays continues: restarting it would stutter at each change of the state.
    const wanted =
      sound &&
      `${sound} ${(sound === 'call-waiting' ? state.waiting : state)?.callId ?? ''} ${url} ${String(muted)}`;
    if (wanted === this.#currentSound) return;
    this.#currentSound = wanted;
    if (!sound) return this.dependencies.ringer.stop();
    // All tabs of this browser show the call; one of them plays the ringtone.
    const lock = sound === 'ringtone' && state.callId !== null ? { lockKey: state.callId } : {};
    this.dependencies.ringer.ring(sound, { ...(url && { url }), muted, ...lock });
  }

  /** Opens the preview of the user's own camera, or closes it. */
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
    // Before the listeners are removed, so that the page gets the terminal event of each call.
    const destroyed = this.dependencies.engine.destroy();
    this.#closed.abort();
    this.preview(false);
    this.dependencies.ringer.close();
    await destroyed;
  }
}
