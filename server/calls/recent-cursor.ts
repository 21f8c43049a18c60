import { parseCallId } from '../../src/protocol/index.ts';
import type { CallId } from '../../src/protocol/index.ts';
import { Refusal } from '../refusal.ts';

/** The place in a list behind which the next page begins. */
export interface RecentPlace {
  readonly at: number;
  readonly callId: CallId;
}

/** Opaque to clients; of their own list only, so that nothing is told by making one up. */
export function recentCursor({ at, callId }: RecentPlace): string {
  return Buffer.from(`${at}.${callId}`).toString('base64url');
}

/** @throws {Refusal} invalid-parameter */
export function parseRecentCursor(cursor: string | null): RecentPlace | null {
  if (cursor === null) return null;
  const [at = '', id] = Buffer.from(cursor, 'base64url').toString().split('.');
  const callId = parseCallId(id);
  const place = callId !== null && /^\d{1,15}$/.test(at) ? { at: Number(at), callId } : null;
  // Also what only decodes to the same place is not ours.
  if (place === null || recentCursor(place) !== cursor) {
    throw new Refusal('invalid-parameter', 'cursor is not one that a page gave');
  }
  return place;
}
