import assert from 'node:assert/strict';
import type { CallId, CallView } from '../../src/protocol/index.ts';
import type { TestClient } from './test-client.ts';

/** The end of a call as reported to one session. */
export interface ReportedEnd {
  readonly reason: CallView['endReason'];
  readonly by: CallView['endedBy'];
  readonly durationMs: number | null;
}

/**
 * The end that all these sessions received, exactly once each, and that the server stores.
 * Fails if a session received another end, two ends, or none.
 */
export async function agreedEnd(
  callId: CallId,
  sessions: readonly TestClient[],
): Promise<ReportedEnd> {
  const ends = await Promise.all(sessions.map((session) => reportedEnds(session, callId)));
  const [first] = ends.flat();
  assert.ok(first);
  for (const reported of ends) assert.deepEqual(reported, [first]);
  return first;
}

/** The server's view of the call for this session, after all earlier messages. */
export async function serverView(session: TestClient, callId: CallId): Promise<CallView | null> {
  const { calls } = await session.ask('sync', { knownCallIds: [callId], missedSince: null });
  return calls.find((call) => call.callId === callId) ?? null;
}

/** The user's recent calls entry of it, as `answered 1000`. */
export async function recentEntries(
  session: TestClient,
  callId: CallId,
): Promise<readonly string[]> {
  const { calls } = await session.ask('recent-calls', { cursor: null, limit: 20 });
  return calls
    .filter((call) => call.callId === callId)
    .map(({ outcome, durationMs }) => `${outcome} ${durationMs}`);
}

async function reportedEnds(session: TestClient, callId: CallId): Promise<readonly ReportedEnd[]> {
  const held = await serverView(session, callId);
  assert.equal(held?.status, 'ended', 'the server has not ended it');
  const reported = session.received.flatMap((one) =>
    one.type === 'call-changed' && one.call.callId === callId && one.call.status === 'ended'
      ? endOf(one.call)
      : [],
  );
  assert.deepEqual(reported.at(-1), endOf(held), 'the reported end differs from the stored one');
  return reported;
}

function endOf({ endReason, endedBy, startedAt, endedAt }: CallView): ReportedEnd {
  const durationMs = startedAt === null || endedAt === null ? null : endedAt - startedAt;
  return { reason: endReason, by: endedBy, durationMs };
}
