import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ERRORS } from '../../../src/protocol/index.ts';
import type { ErrorName, ErrorShape } from '../../../src/protocol/index.ts';
import { session } from '../../../server/testing/people.ts';
import type { TestServer } from '../../../server/testing/test-server.ts';
import { userIdIn } from '../../../server/testing/user-id-in.ts';
import { handshake, RawWebsocket } from './raw-websocket.ts';

/** The answer to a handshake with this userSig, and the close of the connection. */
export async function connectWith(
  t: TestContext,
  url: string,
  auth: Readonly<Record<string, unknown>>,
) {
  const websocket = await RawWebsocket.open(t, url);
  websocket.text(handshake({ sessionId: session('phone'), ...auth }));
  const text = await websocket.hears((one) => one.startsWith('44') || one.startsWith('40'));
  const refusal = text.startsWith('44') ? errorIn(text.slice(2)) : null;
  return { refusal, closeCode: await websocket.closed() };
}

function errorIn(text: string): ErrorShape {
  return (JSON.parse(text) as { data: ErrorShape }).data;
}

/** The leave beacon of a closing page, with this userSig. */
export async function leave(url: string, userSig: unknown, sessionId: unknown = session('phone')) {
  const body = JSON.stringify({ userId: userIdIn(userSig), userSig, sessionId });
  const response = await fetch(`${url}/v1/leave`, { method: 'POST', body });
  const text = await response.text();
  const error = text === '' ? null : (JSON.parse(text) as ErrorShape);
  return { status: response.status, error };
}

/** Checks that the server refuses this userSig: at the socket, in the beacon, and at the renewal of a valid one. */
export async function isRefusedEverywhere(
  t: TestContext,
  server: TestServer,
  userSig: unknown,
  name: ErrorName = 'user-sig-invalid',
): Promise<void> {
  const { refusal, closeCode } = await connectWith(t, server.url, { userSig });
  assert.equal(refusal?.name, name);
  assert.equal(refusal.code, ERRORS[name].code);
  assert.equal(closeCode, 4401);

  const { status, error } = await leave(server.url, userSig);
  // A value that is no text is no valid body for this address.
  assert.equal(status, typeof userSig === 'string' ? 401 : 400);
  if (status === 401) assert.equal(error?.code, ERRORS[name].code);

  const alice = await server.signIn('alice');
  const renewal = { type: 'renew-user-sig', id: 'renewal-of-userSig', userSig };
  const answer = (await alice.raw(renewal)) as { ok: boolean; error: ErrorShape };
  assert.equal(answer.error.name, typeof userSig === 'string' ? name : 'invalid-parameter');
  for (const one of [refusal, error, answer.error]) revealsNothing(one);
}

/** An error of the protocol, without internals of the server. */
export function revealsNothing(error: ErrorShape | null): void {
  assert.ok(error);
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'name', 'retryable']);
  assert.equal(error.code, ERRORS[error.name].code);
  assert.doesNotMatch(
    error.message,
    /\bat .*:\d+:\d+|\/server\/|node_modules|SQLITE|select |insert /i,
  );
}
