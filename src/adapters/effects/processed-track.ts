import type { EffectReason } from '../../engine/api/observer.ts';

/** A track that is sent in place of the raw track it is made from. */
export interface ProcessedTrack<Look> {
  readonly track: MediaStreamTrack;
  /** @throws {EffectError} */
  change(look: Look): Promise<void>;
  /** Ends `track`. The raw track stays as it is. */
  close(): void;
}

export interface OpenOptions<Look> {
  readonly raw: MediaStreamTrack;
  readonly look: Look;
  /** Aborted when the effect is no longer wanted before it is open, or takes too long to open. */
  readonly signal: AbortSignal;
  /** Reports an effect that fails after it was opened. */
  readonly failed: (reason: EffectReason) => void;
}

/** Opens an effect. @throws {EffectError} the reason why it cannot run */
export type OpenEffect<Look> = (options: OpenOptions<Look>) => Promise<ProcessedTrack<Look>>;
