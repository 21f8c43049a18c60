import assert from 'node:assert/strict';
import { mediaIdentity, parseSessionId } from '../../src/protocol/index.ts';
import type { CallId } from '../../src/protocol/index.ts';
import { user } from './people.ts';
import type { TestClient } from './test-client.ts';

/** A call of two that has begun. */
export async function startActiveCall(caller: TestClient, callee: TestClient): Promise<CallId> {
  const { userId } = await callee.nextMessage('welcome');
  const { call } = await caller.call([userId]);
  await callee.ask('accept', { callId: call.callId });
  return call.callId;
}

/** The name under which this session is known to the media server. */
export function identityOf(name: string, { sessionId }: TestClient): string {
  const id = parseSessionId(sessionId);
  assert.ok(id);
  return mediaIdentity(user(name), id);
}
