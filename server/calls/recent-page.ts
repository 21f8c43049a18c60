import type { CommandOf, Results, UserId } from '../../src/protocol/index.ts';
import { recentCall } from './history/recent.ts';
import { parseRecentCursor, recentCursor } from './history/recent-cursor.ts';
import type { Store } from './store.ts';

/** A page of the user's recent calls. @throws {CommandError} invalid-parameter for a malformed cursor. */
export async function recentPage(
  store: Store,
  { cursor, limit }: Pick<CommandOf<'recent-calls'>, 'cursor' | 'limit'>,
  userId: UserId,
): Promise<Results['recent-calls']> {
  const after = parseRecentCursor(cursor);
  // One more than requested shows whether there is a next page.
  const found = await store.transaction((tx) => tx.recentCalls(userId, after, limit + 1));
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    calls: page.flatMap(({ call, at }) => recentCall(call, userId, at) ?? []),
    cursor: last === undefined ? null : recentCursor({ at: last.at, callId: last.call.callId }),
  };
}
