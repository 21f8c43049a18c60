import { onGesture } from './on-gesture.ts';
import type { RingKind } from './ring-samples.ts';
import type { RingSound } from './ring-sound.ts';

/** Options of a sound. */
export interface RingOptions {
  /** A sound file; the built-in tone replaces it if it cannot be played or is late. */
  readonly url?: string;
  /** Plays no sound; an incoming call still vibrates. */
  readonly muted: boolean;
  /** Tabs of one browser with the same key ring audibly one at a time. */
  readonly lockKey?: string;
  /** 0 to 100. Default: 100. */
  readonly volume?: number;
  /** Id of the speaker. Default, and where it is missing or not selectable: the system's. */
  readonly deviceId?: string;
}

/** Plays a sound until the signal aborts. Calls `blocked` with whether the browser blocks it. */
type Playback = (ended: AbortSignal, blocked: (blocked: boolean) => void) => void;

/** Delay between attempts to load the sound while it rings. */
const RETRY_MS = 1_000;

/** 1 s of buzz in 2.6 s, for a minute: one call of vibrate, no timer. */
const VIBRATION_MS = Array.from({ length: 23 }, () => [500, 300, 500, 1_300]).flat();

/**
 * Plays the built-in tone or a file. If the browser blocks sound before a user gesture, it reports so and
 * starts with the first gesture. Owns nothing while silent. Ends with `close()`.
 */
export class BrowserRinger {
  readonly #listeners = new Set<(blocked: boolean) => void>();
  #ended: AbortController | null = null;
  #blocked = false;

  /** Replaces the present sound. */
  ring(kind: RingKind, { url, muted, lockKey, volume = 100, deviceId = '' }: RingOptions): void {
    this.stop();
    const ended = (this.#ended = new AbortController());
    if (kind === 'ringtone') vibrate(ended.signal);
    if (muted) return;
    const blocked = (now: boolean): void => {
      if (!ended.signal.aborted) this.#reportBlocked(now);
    };
    const level = Number.isFinite(volume) ? Math.min(Math.max(volume, 0), 100) / 100 : 1;
    const unlocked = lazySound({ kind, url, output: { level, deviceId } });
    const playback = lockKey === undefined ? unlocked : playExclusively(lockKey, unlocked);
    playback(ended.signal, blocked);
  }

  /** Stops the current sound and vibration. */
  stop(): void {
    this.#ended?.abort();
    this.#ended = null;
    this.#reportBlocked(false);
  }

  /** Reports whether the browser blocks sound until a user gesture. Returns a function that removes the listener. */
  onBlocked(callback: (blocked: boolean) => void): () => void {
    const listener = (blocked: boolean): void => callback(blocked);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops the current sound and removes all listeners. */
  close(): void {
    this.stop();
    this.#listeners.clear();
  }

  #reportBlocked(blocked: boolean): void {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    for (const listener of this.#listeners) listener(blocked);
  }
}

/**
 * Plays in one tab of the browser at a time; when it closes, the next tab takes over. A blocked tab releases
 * the lock and queues again with its first user gesture.
 */
function playExclusively(lockKey: string, playback: Playback): Playback {
  return (ended, blocked) => {
    // Web Locks need a secure context.
    const locks = navigator.locks as LockManager | undefined;
    if (!locks) return playback(ended, blocked);
    const queue = (): void => {
      const whenLocked = (): Promise<void> => playTurn(ended, playback, blocked, queue);
      locks
        .request(`tui-call rings ${lockKey}`, { signal: ended }, whenLocked)
        .catch(() => undefined);
    };
    queue();
  };
}

/** Settles when the ring ends or the browser blocks this tab. */
function playTurn(
  ended: AbortSignal,
  playback: Playback,
  blocked: (blocked: boolean) => void,
  requeue: () => void,
): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (): void => {
      over.abort();
      resolve();
    };
    ended.addEventListener('abort', end, { once: true, signal: over.signal });
    playback(over.signal, (is) => {
      blocked(is);
      if (!is || over.signal.aborted) return;
      end();
      const waiting = new AbortController();
      const touched = (): void => {
        waiting.abort();
        requeue();
      };
      onGesture(touched, AbortSignal.any([ended, waiting.signal]));
    });
  });
}

/** Loads the code of the sounds with the first ring. */
function lazySound(sound: RingSound): Playback {
  return (ended, blocked) => {
    const begin = (): void => {
      if (ended.aborted) return;
      import('./ring-sound.ts').then(
        ({ playSound }) => ended.aborted || playSound(sound, ended, blocked),
        () => setTimeout(begin, RETRY_MS),
      );
    };
    begin();
  };
}

function vibrate(ended: AbortSignal): void {
  // Before a user gesture Chromium logs an error (https://chromestatus.com/feature/5644273861001216).
  if (typeof navigator.vibrate !== 'function' || !navigator.userActivation?.hasBeenActive) return;
  navigator.vibrate(VIBRATION_MS);
  ended.addEventListener('abort', () => navigator.vibrate(0), { once: true });
}
