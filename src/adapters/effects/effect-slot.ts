import type { EffectReason } from '../../engine/api/observer.ts';
import { LatestTask } from '../capture/latest-task.ts';
import { EffectError, reasonOf } from './effect-error.ts';
import type { OpenEffect, OpenOptions, ProcessedTrack } from './processed-track.ts';
import { within } from './within.ts';

/** An effect that takes longer to open or to change cannot run. */
const LIMIT_MS = 15_000;

interface SlotDependencies<Look> {
  /** null: the raw track is sent. */
  readonly look: () => Look | null;
  readonly load: () => Promise<OpenEffect<Look>>;
  /** Sends the other track. Never rejects. */
  readonly changed: () => Promise<void>;
  /** Turns off the look that failed, before it returns. */
  readonly failed: (reason: EffectReason) => void;
}

/** A raw track and the track that is sent for it. */
interface Processing<Look> {
  /** Identifies it. */
  readonly stop: AbortController;
  readonly raw: MediaStreamTrack;
  readonly processed: ProcessedTrack<Look>;
}

/** The effect on one source: one raw track at a time, and its processed track. */
export class EffectSlot<Look> {
  readonly #dependencies: SlotDependencies<Look>;
  readonly #task = new LatestTask<symbol>((_request, superseded) => this.#apply(superseded));
  #raw: MediaStreamTrack | null = null;
  #running: Processing<Look> | null = null;
  #shown: Look | null = null;

  constructor(dependencies: SlotDependencies<Look>) {
    this.#dependencies = dependencies;
  }

  /** Has this raw track from now on. `update()` applies the effect. */
  adopt(raw: MediaStreamTrack): void {
    this.#raw = raw;
  }

  async take(raw: MediaStreamTrack): Promise<void> {
    this.adopt(raw);
    await this.update();
  }

  /** Applies the present look. Loads nothing if there is none. */
  async update(): Promise<void> {
    if (this.#raw === null || (this.#dependencies.look() === null && this.#running === null))
      return;
    await this.#task.set(Symbol('look'));
  }

  /** The look of the track that is sent now. */
  get shown(): Look | null {
    return this.#running && this.#shown;
  }

  outputOf(raw: MediaStreamTrack): MediaStreamTrack | null {
    return this.#running?.raw === raw ? this.#running.processed.track : null;
  }

  release(raw: MediaStreamTrack): void {
    if (this.#raw === raw) {
      this.#raw = null;
      this.#task.drop();
    }
    if (this.#running?.raw === raw) this.#drop();
  }

  async #apply(superseded: AbortSignal): Promise<void> {
    while (!superseded.aborted) {
      const raw = this.#raw;
      const look = this.#dependencies.look();
      try {
        if (raw === null || look === null) await this.#show(null);
        else if (this.#running?.raw === raw) await this.#change(this.#running.processed, look);
        else await this.#open(raw, look, superseded);
        return;
      } catch (cause) {
        // The end of the raw track is not the fault of the effect: the next track gets it.
        if (superseded.aborted || raw?.readyState === 'ended') return;
        this.#dependencies.failed(reasonOf(cause));
      }
    }
  }

  async #change(processed: ProcessedTrack<Look>, look: Look): Promise<void> {
    if (isSame(look, this.#shown)) return;
    await within(LIMIT_MS, processed.change(look));
    this.#shown = look;
  }

  /** Does not wait for an effect that is superseded: what it still opens is closed. */
  async #open(raw: MediaStreamTrack, look: Look, superseded: AbortSignal): Promise<void> {
    const stop = new AbortController();
    let failure = null as EffectReason | null;
    const failed = (reason: EffectReason): void => {
      failure ??= reason;
      this.#onFailed(stop, reason);
    };
    const opening = this.#openEffect({ raw, look, signal: stop.signal, failed });
    opening.then(
      (late) => stop.signal.aborted && late.close(),
      () => undefined,
    );
    const processed = await within(LIMIT_MS, opening, superseded).catch((cause: unknown) => {
      stop.abort();
      throw cause;
    });
    if (failure !== null || superseded.aborted) {
      processed.close();
      throw new EffectError(failure ?? 'stopped');
    }
    this.#shown = look;
    await this.#show({ stop, raw, processed });
  }

  async #openEffect(options: OpenOptions<Look>): Promise<ProcessedTrack<Look>> {
    const open = await this.#dependencies.load().catch((cause: unknown) => {
      throw new EffectError('not-loaded', { cause });
    });
    if (options.signal.aborted) throw new EffectError('stopped');
    return open(options);
  }

  /** Handles an effect that ran and has ended by itself. */
  #onFailed(stop: AbortController, reason: EffectReason): void {
    const running = this.#running;
    if (running?.stop !== stop) return;
    this.#drop();
    if (running.raw.readyState === 'ended') return;
    this.#dependencies.failed(reason);
    void this.#dependencies.changed();
    // The rest of the look, without the part that failed.
    void this.update();
  }

  async #show(running: Processing<Look> | null): Promise<void> {
    const before = this.#running;
    this.#running = running;
    // The old track ends when the new one is sent.
    await this.#dependencies.changed();
    before?.processed.close();
  }

  #drop(): void {
    const before = this.#running;
    this.#running = null;
    before?.processed.close();
  }
}

/** Compares looks, which are plain values. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
