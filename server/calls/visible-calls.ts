import type { CallId, UserId } from '../../src/protocol/index.ts';
import { participationOf } from './model/call.ts';
import type { Call } from './model/call.ts';
import type { Transaction } from './store.ts';

/** Those of these calls that the user may see, without `excluded`. */
export async function callsVisibleTo(
  tx: Transaction,
  userId: UserId,
  callIds: readonly CallId[],
  excluded: readonly Call[],
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  for (const callId of new Set(callIds)) {
    if (excluded.some((call) => call.callId === callId)) continue;
    if (!(await tx.mayAccess(callId, userId, []))) continue;
    const call = await tx.call(callId);
    if (call !== null && participationOf(call, userId) !== null) calls.push(call);
  }
  return calls;
}
