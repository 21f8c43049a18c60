import { errorShape } from '../../src/protocol/index.ts';
import type { ErrorName, ErrorShape } from '../../src/protocol/index.ts';

/** An error that is sent to the client. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly shape: ErrorShape;

  constructor(name: ErrorName, message?: string) {
    super(message ?? name);
    this.shape = errorShape(name, message);
  }
}

/** The client's view of an error: a CommandError as it is, any other one without details. */
export function toErrorShape(error: unknown): ErrorShape {
  return error instanceof CommandError ? error.shape : errorShape('internal-error');
}
