import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ErrorShape } from '../../../src/protocol/index.ts';
import { testServer } from '../../../server/testing/test-server.ts';
import { RawWebsocket } from './raw-websocket.ts';

/** The fields of a sync by a client that knows no call. */
export const SYNC = { knownCallIds: [], missedSince: null };

/** A user who stays connected during a test. */
export async function connectedUser(t: TestContext) {
  const { url, sig, signIn } = await testServer(t);
  const alice = await signIn('alice');
  return {
    signInRaw: async (name: string) => RawWebsocket.signIn(t, url, await sig(name)),
    continues: async () => {
      await alice.ask('sync', SYNC);
      assert.ok(alice.socket.connected);
    },
  };
}

/** The error of a refused command. */
export function errorOf(answer: unknown): ErrorShape {
  const { ok, error } = answer as { ok: boolean; error: ErrorShape };
  assert.equal(ok, false, JSON.stringify(answer));
  return error;
}
