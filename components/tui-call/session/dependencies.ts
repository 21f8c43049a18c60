import type { CallEngine } from '../../../src/engine/call-engine.ts';
import type { VideoSource } from '../../shared/call-context.ts';

/** The engine as the element uses it: the public methods of CallEngine, without observers. */
export type ElementEngine = Omit<CallEngine, 'addObserver' | 'removeObserver'>;

/** The sounds of the ringer. */
export type Sound = 'ringtone' | 'ringback' | 'call-waiting';

/** The ringer as the element uses it (BrowserRinger of src/adapters). */
export interface ElementRinger {
  /** Plays a sound. `lockKey`: of the tabs that ring with the same key, one plays at a time. */
  ring(sound: Sound, options: { url?: string; muted: boolean; lockKey?: string }): void;
  stop(): void;
  /** Reports whether the browser blocks sound. Returns a function that removes the listener. */
  onBlocked(callback: (blocked: boolean) => void): () => void;
  close(): void;
}

/** The dependencies of an element in the document. */
export interface ElementDependencies {
  readonly engine: ElementEngine;
  readonly ringer: ElementRinger;
  /** Shows a video source in an element. Returns a function that releases it. */
  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void;
  /** Draws the own camera with each of these backgrounds; null: it cannot be drawn. `[]` while the camera is off. */
  drawBackgrounds(backgrounds: readonly string[]): Promise<readonly (ImageBitmap | null)[]>;
  /** Opens the user's own camera for the preview; null unless the permission is already granted. */
  openPreview(signal: AbortSignal): Promise<MediaStream | null>;
  /** True if this browser can share its screen. */
  readonly canShareScreen: boolean;
  /** False while the browser reports that there is no network. */
  isOnline(): boolean;
  /** Milliseconds on the engine's clock. */
  now(): number;
  /** Calls `callback` once after `ms`. Returns a function that cancels the timer. */
  after(ms: number, callback: () => void): () => void;
}
