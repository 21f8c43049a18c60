import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { CallId, ErrorShape } from '../../src/protocol/index.ts';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { callId, user } from '../../server/testing/people.ts';
import { startActiveCall } from '../../server/testing/active-call.ts';
import { callFields, newCommandId } from '../../server/testing/test-client.ts';
import type { TestClient } from '../../server/testing/test-client.ts';
import { API_KEY, testServer } from '../../server/testing/test-server.ts';
import { connectWith, revealsNothing } from './support/user-sig-checks.ts';
import { rawRequest } from './support/raw-connection.ts';

const SYNC = { knownCallIds: [], missedSince: null };

describe('malicious commands in calls', () => {
  it('H42, H43: any command for the call of other users gets the same answer as for an unknown call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const { call } = await alice.call(['bob']);
    const before = bob.receivedSummary().length;
    for (const act of actsOn(call.callId)) {
      const there = errorOf(await eve.raw({ ...act, id: newCommandId() }));
      const missing = { ...act, id: newCommandId(), callId: callId('never-was') };
      const notThere = errorOf(await eve.raw(missing));
      assert.deepEqual([there.name, there.code], ['call-not-found', 101004], act.type);
      assert.deepEqual(there, notThere, act.type);
    }
    const { calls } = await eve.ask('sync', { knownCallIds: [call.callId], missedSince: null });
    assert.deepEqual(calls, []);
    // A cancel by Alice's command id leaves a tombstone only for a command of Eve's own.
    const id = newCommandId();
    const second = await signIn('carol');
    const rung = await second.call(['dave'], {}, id);
    assert.equal((await eve.ask('cancel', { callCommandId: id })).call, null);
    const seen = await second.ask('sync', { knownCallIds: [rung.call.callId], missedSince: null });
    assert.equal(seen.calls[0]?.status, 'ringing');
    assert.equal(bob.receivedSummary().length, before, 'Bob has seen nothing of it');
    assert.deepEqual(eve.receivedSummary(), ['welcome']);
  });

  it('H42: the response time reveals no more than the answer', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const { call } = await alice.call(['bob']);
    const times = { there: [] as number[], missing: [] as number[] };
    // Alternates, so that other load of the machine affects both.
    for (let round = 0; round < 200; round += 1) {
      times.there.push(await timeOf(eve, call.callId));
      times.missing.push(await timeOf(eve, callId(`never-was-${round}`)));
    }
    const [there, missing] = [median(times.there), median(times.missing)];
    t.diagnostic(`median of 200: ${there.toFixed(3)} ms another’s, ${missing.toFixed(3)} ms none`);
    assert.ok(Math.abs(there - missing) < 2, `${there} ms and ${missing} ms`);
  });

  it('H44: a caller who accepts for the callee changes nothing: the callee continues to ring', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    const forged = { type: 'accept', id: newCommandId(), callId: call.callId };
    const answer = (await alice.raw({ ...forged, userId: 'bob', actor: 'bob' })) as {
      call: { status: string; version: number };
    };
    assert.deepEqual([answer.call.status, answer.call.version], ['ringing', 1]);
    const { call: joined } = await alice.ask('join', { callId: call.callId });
    assert.deepEqual([joined.status, joined.version], ['ringing', 1]);
    await bob.ask('sync', SYNC);
    assert.deepEqual(bob.receivedSummary(), ['welcome', 'ringing']);
  });

  it('H45: only the caller gets media access before the answer', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const otherDevice = await signIn('alice');
    const { call } = await alice.call(['bob']);
    const early = { callId: call.callId };
    assert.equal(await bob.refusal('media-access', early), 'wrong-state');
    assert.equal(await otherDevice.refusal('media-access', early), 'wrong-state');
    const view = await bob.nextView(({ callId: seen }) => seen === call.callId);
    assert.equal(view.roomId, '', 'a ringing callee gets no room name');
    // The caller waits in the room alone, so that media connects at once after the answer.
    assert.ok((await alice.ask('media-access', early)).media.token);
  });

  it('H46: a switch to video only notifies the callee, whose seat and session do not change', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const { call } = await alice.call(['bob'], { mediaType: 'audio' });
    const { callId: id } = call;
    const early = { callId: id, mediaType: 'video' } as const;
    assert.equal(await eve.refusal('switch-media-type', early), 'call-not-found');
    await bob.ask('accept', { callId: id });
    await alice.ask('switch-media-type', early);
    const seen = await bob.nextView(({ mediaType }) => mediaType === 'video');
    assert.equal(seen.self.session, 'this');
    assert.equal(seen.status, 'active');
  });

  it('H47: the loser of two accepts gets no media access, whatever command it repeats', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, first, second] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('bob'),
    ];
    const { call } = await alice.call(['bob']);
    const ask = { callId: call.callId };
    const id = newCommandId();
    const [won, lost] = [await first.ask('accept', ask), await second.ask('accept', ask, id)];
    assert.ok(won.media);
    assert.equal(lost.media, null);
    assert.equal((await second.ask('accept', ask, id)).media, null);
    assert.equal((await second.ask('accept', ask)).media, null);
    assert.equal(await second.refusal('media-access', ask), 'wrong-state');
  });

  it('H48: a callee who rejected gets no media access', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob, carol] = [await signIn('alice'), await signIn('bob'), await signIn('carol')];
    const { call } = await alice.call(['bob', 'carol']);
    const ask = { callId: call.callId };
    await carol.ask('accept', ask);
    await bob.ask('reject', ask);
    assert.equal(await bob.refusal('media-access', ask), 'wrong-state');
    assert.equal((await bob.ask('accept', ask)).media, null);
    assert.equal((await bob.ask('reject', ask)).call.roomId, '');
  });

  it('H49: ids are 128 random bits; guesses get the same error, then the rate limit, then a close', async (t) => {
    const { signIn } = await testServer(t, { rates: DEFAULT_RATES });
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const ids = new Set<string>();
    for (let index = 0; index < 15; index += 1) {
      const { call } = await alice.call([`user-${index}`]);
      for (const id of [call.callId, call.roomId]) {
        ids.add(id);
        assert.ok(Buffer.from(id, 'base64url').length >= 16, id);
      }
      await alice.ask('hangup', { callId: call.callId });
    }
    assert.equal(ids.size, 30);
    const names: string[] = [];
    const closed = eve.closed();
    let guesses = 0;
    while (eve.socket.connected && guesses < 10_000) {
      const next = Array.from({ length: 20 }, () => {
        guesses += 1;
        const guess = { type: 'accept', id: newCommandId(), callId: callId(`guess-${guesses}`) };
        return eve.raw(guess).then(
          (answer) => names.push(errorOf(answer).name),
          () => undefined,
        );
      });
      await Promise.race([Promise.all(next), closed]);
    }
    await closed;
    assert.deepEqual([...new Set(names)], ['call-not-found', 'rate-limited']);
    assert.equal(names.filter((name) => name === 'call-not-found').length, 100);
    assert.ok(guesses < 10_000, `${guesses} guesses`);
  });

  it('H50: unknown and offline users get the same answer, in content and timing', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const known = await signIn('known');
    known.close();
    const times = { known: [] as number[], unknown: [] as number[] };
    const shapes = new Set<string>();
    for (let round = 0; round < 60; round += 1) {
      for (const whom of ['known', 'unknown'] as const) {
        const askedAt = performance.now();
        const { call } = await alice.call([whom]);
        times[whom].push(performance.now() - askedAt);
        const callee = call.members[1];
        shapes.add(JSON.stringify({ ...callee, userId: '' }));
        await alice.ask('hangup', { callId: call.callId });
      }
    }
    assert.equal(shapes.size, 1, [...shapes].join('\n'));
    const [there, not] = [median(times.known), median(times.unknown)];
    t.diagnostic(
      `median of 60 calls: ${there.toFixed(2)} ms offline, ${not.toFixed(2)} ms unknown`,
    );
    assert.ok(Math.abs(there - not) < 5);
  });

  it('H52: a caller can ring one callee 10 times a minute, and make 20 calls a minute in all', async (t) => {
    const { signIn, clock } = await testServer(t, { rates: DEFAULT_RATES });
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const bomb = async (whom: string) => {
      const answer = await alice.send('call', callFields([whom]));
      if (answer.ok) await alice.ask('hangup', { callId: answer.call.callId });
      return answer.ok ? 'rang' : answer.error.name;
    };
    const outcomes: string[] = [];
    for (let index = 0; index < 30; index += 1) outcomes.push(await bomb('bob'));
    assert.equal(outcomes.filter((one) => one === 'rang').length, 10);
    assert.deepEqual([...new Set(outcomes)], ['rang', 'rate-limited']);
    await bob.ask('sync', SYNC);
    assert.equal(bob.receivedSummary().filter((one) => one === 'ringing').length, 10);
    // Another connection, or another device, is the same caller.
    const again = await signIn('alice');
    assert.equal(await again.refusal('call', callFields(['carol'])), 'rate-limited');
    clock.advance(60_000);
    assert.equal(await bomb('bob'), 'rang');
  });

  it('H53: a call to 1,000 users is refused, by call or by invitation', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const crowd = Array.from({ length: 1000 }, (_, index) => user(`user-${index}`));
    assert.equal(await alice.refusal('call', callFields(crowd)), 'call-full');
    const id = await startActiveCall(alice, bob);
    const invite = (userIds: typeof crowd) =>
      alice.refusal('invite', { callId: id, userIds, timeout: 30 });
    assert.equal(await invite(crowd), 'call-full');
    assert.equal(await invite(crowd.slice(0, 48)), null);
    assert.equal(await invite(crowd.slice(48, 49)), 'call-full');
  });

  it('H55: nickname and avatar come from the userSig where it has them, and never from a command', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice', {}, { name: 'Alice' }), await signIn('bob')];
    const lies = { nickname: 'The Bank', avatar: 'https://evil.example/a.png', verified: true };
    const payload = { type: 'call', id: newCommandId(), ...callFields(['bob']), ...lies };
    assert.equal(((await alice.raw(payload)) as { ok: boolean }).ok, true);
    const seen = await bob.nextView(({ status }) => status === 'ringing');
    assert.equal(seen.members[0]?.nickname, 'Alice');
    assert.equal(seen.members[0]?.avatar, '');
    assert.ok(!JSON.stringify(seen).includes('verified'));
    const own = await alice.ask('set-self-info', { nickname: 'The Bank', avatar: '' });
    assert.equal(own.nickname, 'Alice');
  });

  it('H56: a payload over 4 KiB is refused; HTML in a payload is passed on unchanged', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const refusal = (userData: string) => alice.refusal('call', callFields(['bob'], { userData }));
    assert.equal(await refusal('x'.repeat(4097)), 'invalid-parameter');
    assert.equal(await refusal('ü'.repeat(2049)), 'invalid-parameter');
    const userData = '<img src=x onerror=alert(1)>\u0000\u202e</script>{"a":1}';
    await alice.call(['bob'], { userData });
    assert.equal((await bob.nextView(({ status }) => status === 'ringing')).userData, userData);
  });

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

  it('H60: a command id that is reused for another command is refused', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const id = newCommandId();
    const { call } = await alice.call(['bob'], {}, id);
    await bob.ask('accept', { callId: call.callId });
    assert.equal(await alice.refusal('hangup', { callId: call.callId }, id), 'invalid-parameter');
    // The same command with other fields is a repetition of the first.
    const other = await alice.call(['carol'], {}, id);
    assert.equal(other.call.callId, call.callId);
    assert.deepEqual(
      other.call.members.map(({ userId }) => userId),
      ['alice', 'bob'],
    );
    // Another user's command may have the same id: command ids are per user.
    const dave = await signIn('dave');
    const own = await dave.call(['erin'], {}, id);
    assert.notEqual(own.call.callId, call.callId);
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

function actsOn(id: CallId) {
  return [
    { type: 'accept', callId: id },
    { type: 'reject', callId: id },
    { type: 'hangup', callId: id },
    { type: 'join', callId: id },
    { type: 'alerted', callId: id },
    { type: 'media-access', callId: id },
    { type: 'media-failed', callId: id },
    {
      type: 'report-quality',
      callId: id,
      quality: { measuredMs: 1, poorMs: 0, reconnections: 0, roundTripMs: null, lossPercent: 0 },
    },
    { type: 'invite', callId: id, userIds: ['mallory'], timeout: 30 },
    { type: 'switch-media-type', callId: id, mediaType: 'video' },
    { type: 'hold', callId: id, on: true },
  ] as const;
}

function errorOf(answer: unknown): ErrorShape {
  const { ok, error } = answer as { ok: boolean; error: ErrorShape };
  assert.equal(ok, false, JSON.stringify(answer));
  return error;
}

async function timeOf(client: TestClient, id: CallId): Promise<number> {
  const askedAt = performance.now();
  await client.refusal('accept', { callId: id });
  return performance.now() - askedAt;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function remove(url: string, authorization?: string) {
  const headers = { ...(authorization !== undefined && { authorization }) };
  const response = await fetch(url, { method: 'DELETE', headers });
  const text = await response.text();
  return { status: response.status, error: text === '' ? null : (JSON.parse(text) as ErrorShape) };
}
