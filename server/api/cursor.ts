import { createHash } from 'node:crypto';
import { CommandError } from '../shared/command-error.ts';

/**
 * A position in a list as an opaque text. It is bound to its query, whose other parameters a page must not
 * change. It selects within what the key may read only, so a forged one reveals nothing.
 */
export function createCursor(query: object, position: string): string {
  return Buffer.from(`${queryHash(query)}${position}`).toString('base64url');
}

/** @throws {CommandError} invalid-parameter for a malformed cursor, or one of another query. */
export function parseCursor(query: object, cursor: string | null): string | null {
  if (cursor === null) return null;
  const hash = queryHash(query);
  const text = Buffer.from(cursor, 'base64url').toString();
  const position = text.slice(hash.length);
  // Rejects other spellings that decode to the same position.
  if (!text.startsWith(hash) || createCursor(query, position) !== cursor) {
    throw new CommandError('invalid-parameter', 'cursor does not belong to this query');
  }
  return position;
}

const HASH_LENGTH = 12;

function queryHash(query: object): string {
  const parts = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('base64url')
    .slice(0, HASH_LENGTH);
}
