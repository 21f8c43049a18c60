import type {
  EffectOptions,
  MediaEffectChanges,
  MediaEffects,
} from '../../engine/api/media-effects.ts';
import type { EffectName, EffectReason } from '../../engine/api/observer.ts';
import type { MediaUpdate } from '../../engine/api/ports.ts';
import { BrowserStorage } from '../browser/browser-storage.ts';
import type { TrackEffectsPort } from '../capture/local-tracks.ts';
import type { TrackProcessing } from './track-processing.ts';
import { within } from './within.ts';

/** Key in the browser's storage; the effects are the same for each user of this browser. */
const MEMORY_KEY = 'effects';

const LOAD_LIMIT_MS = 15_000;
/** Speech does not wait longer for its effect: it is sent as it is until then. */
const SPEECH_WAIT_MS = 1_000;

export type EffectSource = 'camera' | 'microphone';

export interface TrackEffectsDependencies {
  readonly emit: (update: MediaUpdate) => void;
  /** Sends the other track that `outputOf` now returns; resolves when it is sent, or the source is closed. */
  readonly changed: (source: EffectSource) => Promise<void>;
  /** Opens the microphone again, with the other `browserSuppression`. */
  readonly reopenMicrophone: () => void;
}

/**
 * The effects on the camera and microphone of this device. Without a remembered or requested effect it loads
 * nothing and passes tracks on as they are. Owns the processed tracks; the raw ones stay with their owner. An
 * effect that cannot run is reported and turned off: then the raw track is sent. Its promises never reject.
 */
export class TrackEffects implements TrackEffectsPort {
  readonly #dependencies: TrackEffectsDependencies;
  readonly #memory = new BrowserStorage().browser;
  /** The newest raw track of each source; it may have ended. */
  readonly #raw = new Map<EffectSource, MediaStreamTrack>();
  #loading: Promise<TrackProcessing | null> | null = null;
  #processing: TrackProcessing | null = null;

  constructor(dependencies: TrackEffectsDependencies) {
    this.#dependencies = dependencies;
    if (this.#memory.read(MEMORY_KEY) !== null) void this.#load('background');
  }

  /** null until they are known. */
  get effects(): MediaEffects | null {
    return this.#processing?.effects ?? null;
  }

  get browserSuppression(): boolean {
    return this.#processing?.effects.noiseSuppression !== 'off';
  }

  /** Resolves when what is sent has these effects, or the reason why not has been reported. */
  async set(changes: MediaEffectChanges, options: EffectOptions): Promise<void> {
    const processing = this.#processing ?? (await this.#load(effectOf(changes)));
    await processing?.set(changes, options);
  }

  async prepare(source: EffectSource, raw: MediaStreamTrack): Promise<void> {
    this.#raw.set(source, raw);
    const taken = this.#take(source, raw);
    if (source === 'camera') await taken;
    else await within(SPEECH_WAIT_MS, taken).catch(() => undefined);
  }

  outputOf(raw: MediaStreamTrack): MediaStreamTrack {
    return this.#processing?.outputOf(raw) ?? raw;
  }

  release(raw: MediaStreamTrack): void {
    this.#processing?.release(raw);
  }

  /** Draws the camera with each of these backgrounds; `[]` while the camera is off. */
  async drawBackgrounds(backgrounds: readonly string[]): Promise<readonly (ImageBitmap | null)[]> {
    const raw = this.#raw.get('camera');
    if (raw === undefined) return [];
    const { drawPreviews } = await import('./background-previews.ts');
    return drawPreviews(raw, backgrounds);
  }

  async #take(source: EffectSource, raw: MediaStreamTrack): Promise<void> {
    const processing = this.#processing ?? (await this.#loading);
    if (raw.readyState === 'live') await processing?.take(source, raw);
  }

  /** Resolves with null, and reports `effect`, if the code cannot be loaded; the next request tries again. */
  #load(effect: EffectName): Promise<TrackProcessing | null> {
    this.#loading ??= within(LOAD_LIMIT_MS, import('./track-processing.ts'))
      .then(({ TrackProcessing: Processing }) => {
        const memory = {
          read: () => this.#memory.read(MEMORY_KEY),
          write: (text: string) => this.#memory.write(MEMORY_KEY, text),
        };
        return (this.#processing = new Processing(this.#dependencies, memory, this.#raw));
      })
      .catch(() => {
        this.#loading = null;
        const reason: EffectReason = 'not-loaded';
        this.#dependencies.emit({ type: 'effect-failed', effect, reason });
        return null;
      });
    return this.#loading;
  }
}

function effectOf({ background, noiseSuppression }: MediaEffectChanges): EffectName {
  if (background !== undefined) return 'background';
  return noiseSuppression === undefined ? 'beauty' : 'noise-suppression';
}
