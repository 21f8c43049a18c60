import { parseCallId } from '../../../src/protocol/index.ts';
import type { CallId } from '../../../src/protocol/index.ts';
import { CommandError } from '../../shared/command-error.ts';

/** The place in a list behind which the next page begins. */
export interface RecentPosition {
  readonly at: number;
  readonly callId: CallId;
}

/** Opaque to clients; of their own list only, so that nothing is told by making one up. */
export function recentCursor({ at, callId }: RecentPosition): string {
  return Buffer.from(`${at}.${callId}`).toString('base64url');
}

/** @throws {CommandError} invalid-parameter */
export function parseRecentCursor(cursor: string | null): RecentPosition | null {
  if (cursor === null) return null;
  const [at = '', id] = Buffer.from(cursor, 'base64url').toString().split('.');
  const callId = parseCallId(id);
  const position = callId !== null && /^\d{1,15}$/.test(at) ? { at: Number(at), callId } : null;
  // Also what only decodes to the same place is not ours.
  if (position === null || recentCursor(position) !== cursor) {
    throw new CommandError('invalid-parameter', 'cursor is not one that a page gave');
  }
  return position;
}
