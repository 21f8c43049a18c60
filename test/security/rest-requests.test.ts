import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { CallId, ErrorShape } from '../../src/protocol/index.ts';
import { callId } from '../../server/testing/people.ts';
import { startActiveCall } from '../../server/testing/active-call.ts';
import { API_KEY, testServer } from '../../server/testing/test-server.ts';
import { connectWith, revealsNothing } from './support/user-sig-checks.ts';
import { rawRequest } from './support/raw-connection.ts';
import { SYNC } from './support/commands.ts';

/** Credentials, addresses, lists and bodies of the REST API. */

describe('malicious commands in calls', () => {
  it('H57: REST refuses a userSig, and the socket refuses an API key', async (t) => {
    const { url, sig, signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const id = await startActiveCall(alice, bob);
    const userSig = await sig('alice');
    const routes = [
      `/v1/calls/${id}`,
      `/v1/calls/${id}/members/bob`,
      '/v1/users/bob/sessions',
      '/v1/users/bob/blocked/alice',
    ];
    const headers = [
      undefined,
      `Bearer ${userSig}`,
      `Basic ${Buffer.from(`x:${API_KEY}`).toString('base64')}`,
      'Bearer ',
      'Bearer',
      `Bearer ${API_KEY.slice(0, -1)}`,
      `Bearer ${API_KEY}x`,
      `Bearer ${API_KEY.toUpperCase()}`,
    ];
    for (const route of routes) {
      for (const authorization of headers) {
        const answer = await remove(url + route, authorization);
        assert.equal(answer.status, 401, `${route} ${authorization}`);
        revealsNothing(answer.error);
      }
      assert.equal((await remove(`${url}${route}?key=${API_KEY}`)).status, 401);
    }
    const { refusal, closeCode } = await connectWith(t, url, { userSig: API_KEY });
    assert.deepEqual([refusal?.code, closeCode], [70001, 4401]);
    await bob.ask('sync', SYNC);
    assert.ok(
      !bob.receivedSummary().some((one) => one.startsWith('ended') || one === 'kicked-offline'),
    );
  });

  it('H15: a user whom the back end signs out has no connection a second later', async (t) => {
    const { url, signIn } = await testServer(t);
    const [one, two] = [await signIn('alice'), await signIn('alice')];
    const startedAt = performance.now();
    const { status } = await remove(`${url}/v1/users/alice/sessions`, `Bearer ${API_KEY}`);
    assert.equal(status, 204);
    await Promise.all([one.closed(), two.closed()]);
    assert.ok(performance.now() - startedAt < 1000);
    assert.ok(
      one.receivedSummary().includes('kicked-offline') &&
        two.receivedSummary().includes('kicked-offline'),
    );
  });

  it('H58, H59: a malformed id in a REST address gets 400 or 404; SQL, paths and prototype names have no effect', async (t) => {
    const { url, signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const id = await startActiveCall(alice, bob);
    const ids: readonly (readonly [string, readonly number[]])[] = [
      [callId('never-was'), [404]],
      ["' or 1=1 --", [400]],
      ['..%2f..%2fetc%2fpasswd', [400]],
      ['%00', [400]],
      ['__proto__', [400]],
      ['x'.repeat(5000), [400, 404, 414]],
      [`${id}%20`, [400]],
      [`${id};drop table calls`, [400]],
      ['%zz', [400]],
    ];
    for (const [given, expected] of ids) {
      const { status, error } = await remove(`${url}/v1/calls/${given}`, `Bearer ${API_KEY}`);
      assert.ok(expected.includes(status), `${given}: ${status}`);
      revealsNothing(error);
    }
    const outsider = `${url}/v1/calls/${id}/members/eve`;
    const { status, error } = await remove(outsider, `Bearer ${API_KEY}`);
    assert.deepEqual([status, error?.code], [404, 101004]);
    await bob.ask('sync', SYNC);
    assert.ok(!bob.receivedSummary().some((one) => one.startsWith('ended')));
  });

  it('H58, H59: a user gets only their own lists, for any cursor, page size or id', async (t) => {
    const { url, sig, signIn, clock } = await testServer(t);
    const [alice, bob, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const ended: CallId[] = [];
    for (let index = 0; index < 2; index += 1) {
      ended.push(await startActiveCall(alice, bob));
      await alice.ask('hangup', { callId: ended.at(-1) ?? callId('none') });
      clock.advance(1000);
    }
    const page = await alice.ask('recent-calls', { cursor: null, limit: 1 });
    assert.equal(page.calls.length, 1);
    for (const cursor of [null, page.cursor]) {
      const { calls } = await eve.ask('recent-calls', { cursor, limit: 50 });
      assert.deepEqual(calls, []);
    }
    await eve.ask('delete-recent-calls', { callIds: ended });
    const all = await alice.ask('recent-calls', { cursor: null, limit: 50 });
    assert.equal(all.calls.length, 2);
    const sql = "' union select 1 --";
    const wrong = [
      { cursor: sql, limit: 5 },
      { cursor: Buffer.from(`5.${sql}`).toString('base64url'), limit: 5 },
      { cursor: null, limit: 1e9 },
      { cursor: null, limit: -1 },
    ];
    for (const fields of wrong) {
      assert.equal(await eve.refusal('recent-calls', fields), 'invalid-parameter');
    }

    const list = async (query: string, authorization = `Bearer ${API_KEY}`) => {
      const response = await fetch(`${url}/v1/users/bob/blocked?${query}`, {
        headers: { authorization },
      });
      return { status: response.status, body: (await response.json()) as ErrorShape };
    };
    assert.equal((await list('limit=1000', `Bearer ${await sig('bob')}`)).status, 401);
    for (const query of [
      ...['limit=1000000000', 'limit=1e9', `cursor=${encodeURIComponent(sql)}`],
      `sort=${encodeURIComponent(sql)}&userId=alice`,
    ]) {
      const { status, body } = await list(query);
      assert.equal(status, 400, query);
      revealsNothing(body);
    }
  });

  it('H61: the server refuses a body of 100 MB by its length, and a gzip bomb by its encoding', async (t) => {
    const { url } = await testServer(t);
    for (const path of ['/v1/leave', '/livekit/webhook']) {
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n`;
      const long = await rawRequest(t, url, `${head}Content-Length: 104857600\r\n\r\n{`);
      assert.equal(long.status, 413, path);
      revealsNothing(JSON.parse(long.body) as ErrorShape);
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`;
      const answer = await rawRequest(t, url, `${chunked}`);
      assert.equal(answer.status, 413, `${path} in chunks`);
    }
    const bomb = gzipSync(Buffer.alloc(30e6, ' '));
    assert.ok(bomb.length < 64 * 1024);
    const startedAt = process.memoryUsage().rss;
    const response = await fetch(`${url}/v1/leave`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
      body: bomb,
    });
    // The server decompresses nothing: these bytes are no JSON.
    assert.equal(response.status, 400);
    revealsNothing((await response.json()) as ErrorShape);
    assert.ok(process.memoryUsage().rss - startedAt < 20e6);
  });
});

async function remove(url: string, authorization?: string) {
  const headers = { ...(authorization !== undefined && { authorization }) };
  const response = await fetch(url, { method: 'DELETE', headers });
  const text = await response.text();
  return { status: response.status, error: text === '' ? null : (JSON.parse(text) as ErrorShape) };
}
