import type { EffectReason } from '../../engine/api/observer.ts';

/** An effect cannot run; the raw track is sent instead. */
export class EffectError extends Error {
  override readonly name = 'EffectError';
  readonly reason: EffectReason;

  constructor(reason: EffectReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

export function reasonOf(cause: unknown): EffectReason {
  return cause instanceof EffectError ? cause.reason : 'not-supported-here';
}
