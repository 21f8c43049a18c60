import assert from 'node:assert/strict';
import type { CallId, CallView } from '../../src/protocol/index.ts';
import type { TestClient } from './test-client.ts';

/** How a call ended, as one session was told it. */
export interface Told {
  readonly reason: CallView['endReason'];
  readonly by: CallView['endedBy'];
  readonly durationMs: number | null;
}

/**
 * The one end that every one of these sessions was told, once each, and that the server still holds.
 * Fails when anyone was told another end, two of them, or none.
 */
export async function oneEnd(callId: CallId, sessions: readonly TestClient[]): Promise<Told> {
  const ends = await Promise.all(sessions.map((session) => endsTold(session, callId)));
  const [first] = ends.flat();
  assert.ok(first);
  for (const told of ends) assert.deepEqual(told, [first]);
  return first;
}

/** The call as the server has it for this session, which has heard everything said before. */
export async function heldFor(session: TestClient, callId: CallId): Promise<CallView | null> {
  const { calls } = await session.ask('sync', { knownCallIds: [callId], missedSince: null });
  return calls.find((call) => call.callId === callId) ?? null;
}

/** What the user's own list says of it, as `answered 1000`. */
export async function recordOf(session: TestClient, callId: CallId): Promise<readonly string[]> {
  const { calls } = await session.ask('recent-calls', { cursor: null, limit: 20 });
  return calls
    .filter((call) => call.callId === callId)
    .map(({ outcome, durationMs }) => `${outcome} ${durationMs}`);
}

async function endsTold(session: TestClient, callId: CallId): Promise<readonly Told[]> {
  const held = await heldFor(session, callId);
  assert.equal(held?.status, 'ended', 'the server has not ended it');
  const told = session.heard.flatMap((one) =>
    one.type === 'call-changed' && one.call.callId === callId && one.call.status === 'ended'
      ? endOf(one.call)
      : [],
  );
  assert.deepEqual(told.at(-1), endOf(held), 'what was told is not what the server holds');
  return told;
}

function endOf({ endReason, endedBy, startedAt, endedAt }: CallView): Told {
  const durationMs = startedAt === null || endedAt === null ? null : endedAt - startedAt;
  return { reason: endReason, by: endedBy, durationMs };
}
