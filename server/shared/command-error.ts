import { errorShape } from '../../src/protocol/index.ts';
import type { ErrorName, ErrorShape } from '../../src/protocol/index.ts';

/** A refusal on its way to whoever asked: the one error of ours that travels to clients. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly shape: ErrorShape;

  constructor(name: ErrorName, message?: string) {
    super(message ?? name);
    this.shape = errorShape(name, message);
  }
}

/** What a client is told about any failure: ours as it is, all others without a detail. */
export function toErrorShape(error: unknown): ErrorShape {
  return error instanceof CommandError ? error.shape : errorShape('internal-error');
}
