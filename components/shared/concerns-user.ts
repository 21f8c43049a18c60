import type { ErrorName, ErrorShape } from '../../src/protocol/index.ts';

/** Errors of the page's program, and of commands that lost a race: the user sees no message. */
export const SILENT_ERRORS = [
  'not-initialized',
  'invalid-parameter',
  'wrong-state',
  'repeated-request',
  'api-key-invalid',
  'scope-missing',
  'idempotency-key-reused',
] as const satisfies readonly ErrorName[];

/** True if the user sees a message for this error. */
export const concernsUser = ({ name, reason }: ErrorShape): boolean =>
  reason === 'removed-by-server' || !SILENT_ERRORS.some((silent) => silent === name);
