import type { Notification } from '../../src/engine/observer.ts';
import type { CallParts } from './call-parts.ts';
import { soundOf } from './sound.ts';

export interface LineEvents {
  stateChanged(): void;
  notified(notification: Notification): void;
  ringBlocked(blocked: boolean): void;
  /** The own picture before answering, or that there is none. */
  previewed(stream: MediaStream | null): void;
  onlineChanged(): void;
}

export interface SoundWishes {
  readonly ringtone: string;
  readonly ringback: string;
  readonly muteRingtone: boolean;
  /** The incoming call that the page draws itself; '' is none. */
  readonly hostDrawn: string;
}

/**
 * The engine, its pictures and its sounds, for as long as the element is in the document.
 * Owns all of them and everything it listens to; `close()` lets go of all.
 */
export class CallLine {
  readonly parts: CallParts;
  readonly #ended = new AbortController();
  readonly #events: LineEvents;
  #sounding: string | null = null;
  #preview: AbortController | null = null;

  constructor(parts: CallParts, events: LineEvents) {
    this.parts = parts;
    this.#events = events;
    const { signal } = this.#ended;
    const releases = [
      parts.engine.subscribe(() => events.stateChanged()),
      parts.engine.listen((notification) => events.notified(notification)),
      parts.ringer.onBlocked((blocked) => events.ringBlocked(blocked)),
    ];
    for (const release of releases) signal.addEventListener('abort', release, { once: true });
    window.addEventListener('online', () => events.onlineChanged(), { signal });
    window.addEventListener('offline', () => events.onlineChanged(), { signal });
  }

  /** Lets be heard what the state asks for, and nothing else. */
  sound({ ringtone, ringback, muteRingtone, hostDrawn }: SoundWishes): void {
    const { state } = this.parts.engine;
    const sound = soundOf(state, hostDrawn);
    const url = sound === 'ringtone' ? ringtone : sound === 'ringback' ? ringback : '';
    const muted = sound !== 'ringback' && muteRingtone;
    // What sounds already goes on: starting it anew would stutter at each change of the state.
    const wanted =
      sound &&
      `${sound} ${(sound === 'call-waiting' ? state.waiting : state)?.callId ?? ''} ${url} ${String(muted)}`;
    if (wanted === this.#sounding) return;
    this.#sounding = wanted;
    if (!sound) return this.parts.ringer.stop();
    // All tabs of this browser show the call; one of them rings.
    const cause = sound === 'ringtone' && state.callId !== null ? { cause: state.callId } : {};
    this.parts.ringer.ring(sound, { ...(url && { url }), muted, ...cause });
  }

  /** Shows the own picture as long as it is wanted; the camera closes with the wish. */
  preview(wanted: boolean): void {
    if (wanted === (this.#preview !== null)) return;
    this.#preview?.abort();
    this.#preview = wanted ? new AbortController() : null;
    if (!this.#preview) return this.#events.previewed(null);
    const { signal } = this.#preview;
    void this.parts.openPreview(signal).then((stream) => {
      if (!signal.aborted) this.#events.previewed(stream);
    });
  }

  async close(): Promise<void> {
    // First: the page gets the terminal event of each call while the engine is being destroyed.
    const destroyed = this.parts.engine.destroy();
    this.#ended.abort();
    this.preview(false);
    this.parts.ringer.close();
    await destroyed;
  }
}
