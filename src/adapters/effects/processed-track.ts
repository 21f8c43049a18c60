import type { EffectReason } from '../../engine/api/observer.ts';

/** A track that is sent in place of the one it is made from. */
export interface ProcessedTrack<Look> {
  readonly track: MediaStreamTrack;
  /** @throws {EffectError} */
  change(look: Look): Promise<void>;
  /** Ends `track`; the one it is made from stays as it is. */
  close(): void;
}

export interface OpenOptions<Look> {
  readonly raw: MediaStreamTrack;
  readonly look: Look;
  /** The effect is not wanted any more. */
  readonly signal: AbortSignal;
  /** It stopped working after it had been opened. */
  readonly failed: (reason: EffectReason) => void;
}

/** @throws {EffectError} why it cannot run here. */
export type OpenEffect<Look> = (options: OpenOptions<Look>) => Promise<ProcessedTrack<Look>>;
