import { ERRORS, type ErrorName, type ErrorShape, type KickReason } from '../../protocol/index.ts';

/**
 * The error with which the promises of the engine and the element reject. docs/errors.md lists names
 * and codes. `message` is for developers; the element chooses the text for users by `name`.
 */
export class CallError extends Error implements ErrorShape {
  override readonly name: ErrorName;
  /** The number of the error in docs/errors.md. */
  readonly code: number;
  /** The same request can succeed later. */
  readonly retryable: boolean;
  /** Only with `kicked-offline`: why the server ended the session. */
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

  /** Creates a CallError from its plain form. */
  static from(shape: ErrorShape): CallError {
    return new CallError(shape.name, shape.message, { reason: shape.reason });
  }
}
