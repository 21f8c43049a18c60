import { parseCallId } from '../../../src/protocol/index.ts';
import type { CallId } from '../../../src/protocol/index.ts';
import { CommandError } from '../../shared/command-error.ts';

/** The position in a list after which the next page starts. */
export interface RecentPosition {
  readonly at: number;
  readonly callId: CallId;
}

/** Opaque to clients. It selects within the user's own list only, so a forged cursor reveals nothing. */
export function recentCursor({ at, callId }: RecentPosition): string {
  return Buffer.from(`${at}.${callId}`).toString('base64url');
}

/** @throws {CommandError} invalid-parameter */
export function parseRecentCursor(cursor: string | null): RecentPosition | null {
  if (cursor === null) return null;
  const [at = '', id] = Buffer.from(cursor, 'base64url').toString().split('.');
  const callId = parseCallId(id);
  const position = callId !== null && /^\d{1,15}$/.test(at) ? { at: Number(at), callId } : null;
  // Rejects other spellings that decode to the same position.
  if (position === null || recentCursor(position) !== cursor) {
    throw new CommandError('invalid-parameter', 'cursor is malformed');
  }
  return position;
}
