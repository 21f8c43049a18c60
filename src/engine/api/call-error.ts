import { ERRORS, type ErrorName, type ErrorShape, type KickReason } from '../../protocol/index.ts';

/**
 * Everything that can go wrong, as every promise of the engine and the element rejects with it.
 * `message` is for developers; what people read is worded by `name` in the element.
 */
export class CallError extends Error implements ErrorShape {
  override readonly name: ErrorName;
  readonly code: number;
  readonly retryable: boolean;
  readonly reason: KickReason | undefined;

  constructor(
    name: ErrorName,
    message: string = ERRORS[name].meaning,
    options?: { cause?: unknown; reason?: KickReason | undefined },
  ) {
    super(message, options);
    this.name = name;
    this.code = ERRORS[name].code;
    this.retryable = ERRORS[name].retryable;
    this.reason = options?.reason;
  }

  /** An error that came over the wire. */
  static from(shape: ErrorShape): CallError {
    return new CallError(shape.name, shape.message, { reason: shape.reason });
  }
}
