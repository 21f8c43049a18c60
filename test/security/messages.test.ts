import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { randomId } from '../../server/shared/random-id.ts';
import type { TestClient } from '../../server/testing/test-client.ts';
import { callFields, newCommandId } from '../../server/testing/test-client.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { revealsNothing } from './support/user-sig-checks.ts';
import { handshake, RawWebsocket } from './support/raw-websocket.ts';
import { SYNC, connectedUser, errorOf } from './support/commands.ts';

/**
 * The content of frames: invalid, unknown, repeated and too many messages.
 * The tests mostly wait for the server, so they run in parallel.
 */
describe('malicious input on the transport', { concurrency: true }, () => {
  const unreadable: Readonly<Record<string, string>> = {
    'not JSON': '42["command",{]',
    '60 KB of brackets': `42${'['.repeat(60_000)}`,
    'an event that is no list': '42{"command":1}',
    'an event without a name': '42[]',
    'an event that only socket.io may raise': '42["disconnect"]',
    'a packet of no known kind': '49["command"]',
    'no engine.io packet': 'x',
    'an empty frame': '',
    'a ping, which only the server sends': '2',
  };
  for (const [what, text] of Object.entries(unreadable)) {
    it(`H28: ${what}: the connection ends at the first`, async (t) => {
      const { signInRaw, continues } = await connectedUser(t);
      const eve = await signInRaw('eve');
      eve.text(text);
      assert.equal(await eve.closed(), 1005);
      await continues();
    });
  }

  it('H28: JSON with a nesting depth of 10,000 is refused as invalid', async (t) => {
    const { signInRaw } = await connectedUser(t);
    const eve = await signInRaw('eve');
    const depths = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    eve.text(`421["command",${depths}]`);
    assert.equal(errorOf(await eve.answer(1)).name, 'invalid-parameter');
    const objects = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    eve.text(`422["command",{"type":"call","id":"${newCommandId()}","userIds":${objects}}]`);
    assert.equal(errorOf(await eve.answer(2)).name, 'invalid-parameter');
  });

  it('H29: keys of the object prototype change no object', async (t) => {
    const { signInRaw, continues } = await connectedUser(t);
    const eve = await signInRaw('eve');
    const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];
    for (const [index, key] of keys.entries()) {
      eve.text(`42${2 * index}["command",{"type":"${key}","id":"${newCommandId()}"}]`);
      assert.equal(errorOf(await eve.answer(2 * index)).name, 'not-supported-here');
      const polluted = `{"${key}":{"polluted":true,"type":"hangup"},"id":"${newCommandId()}"}`;
      eve.text(`42${2 * index + 1}["command",${polluted}]`);
      assert.equal(errorOf(await eve.answer(2 * index + 1)).name, 'invalid-parameter');
      eve.text(`42["${key}",1]`);
    }
    eve.text('42["error",{"message":"an error that nobody listens to"}]');
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    await continues();
  });

  it('H30: an unknown command is refused, unknown fields and events are ignored', async (t) => {
    const { signInRaw } = await connectedUser(t);
    const eve = await signInRaw('eve');
    eve.command({ type: 'become-admin', id: newCommandId() }, 1);
    const error = errorOf(await eve.answer(1));
    assert.deepEqual([error.name, error.code], ['not-supported-here', -1205]);
    eve.text('42["no-such-event",{"a":1}]');
    eve.text('42[1]');
    eve.text('432["an answer to nothing"]');
    eve.command({ type: 'sync', id: newCommandId(), ...SYNC, verified: true, role: 'admin' }, 2);
    assert.equal(((await eve.answer(2)) as { ok: boolean }).ok, true);
  });

  it('H31: a missing field, or one with a wrong type or range, is refused with its name', async (t) => {
    const { signInRaw } = await connectedUser(t);
    const eve = await signInRaw('eve');
    const id = newCommandId();
    const call = { type: 'call', id, ...callFields(['bob']) };
    const raw = (field: string, value: string) =>
      JSON.stringify({ ...call, [field]: 'HERE' }).replace('"HERE"', value);
    const sync = (value: string) =>
      `{"type":"sync","id":"${id}","knownCallIds":[],"missedSince":${value}}`;
    const cases: readonly (readonly [string, string])[] = [
      ...[
        '-1',
        '1e309',
        '1.5',
        '601',
        '2147483648',
        '9007199254740993',
        'null',
        '"30"',
        '[30]',
        '{}',
        'true',
      ].map((value) => [raw('timeout', value), 'timeout'] as const),
      ...[
        'null',
        '"bob"',
        '{}',
        '[null]',
        '[["bob"]]',
        '[1]',
        '["bob "]',
        '["b\\u0000b"]',
        '[{"toString":1}]',
      ].map((value) => [raw('userIds', value), 'userIds'] as const),
      ...['1', 'null', '"VIDEO"', '["video"]'].map(
        (value) => [raw('mediaType', value), 'mediaType'] as const,
      ),
      ...['1', '""', '"../../etc/passwd"', `"${'x'.repeat(65)}"`].map(
        (value) => [raw('id', value), 'id'] as const,
      ),
      ...['-1', '1e309', '1.5', '9007199254740993', '"0"', 'true'].map(
        (value) => [sync(value), 'missedSince'] as const,
      ),
      [JSON.stringify({ type: 'hangup', id }), 'callId'],
      [JSON.stringify({ type: 'hangup', id, callId: { $gt: '' } }), 'callId'],
      [JSON.stringify({ type: 'hangup', id, callId: "' or 1=1 --" }), 'callId'],
    ];
    for (const [index, [json, field]] of cases.entries()) {
      eve.text(`42${index}["command",${json}]`);
      const error = errorOf(await eve.answer(index));
      assert.deepEqual([error.name, error.code], ['invalid-parameter', -1202], json);
      assert.match(error.message, new RegExp(`\\b${field}\\b`), json);
      revealsNothing(error);
    }
  });

  it('H32: callees: 10,000 are refused, and so are none and the caller; a callee named twice rings once', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const many = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);
    // 10,000 ids exceed a frame of 64 KiB.
    const closed = alice.closed();
    alice.socket.emit('command', { type: 'call', id: newCommandId(), ...callFields(many(10_000)) });
    await closed;
    alice.close();
    const again = await signIn('alice');
    assert.equal(await again.refusal('call', callFields(many(1001))), 'invalid-parameter');
    assert.equal(await again.refusal('call', callFields(many(50))), 'call-full');
    assert.equal(await again.refusal('call', callFields([])), 'invalid-parameter');
    assert.equal(await again.refusal('call', callFields(['alice'])), 'self-call');
    assert.equal(await again.refusal('call', callFields(['bob', 'alice'])), 'self-call');
    const { call } = await again.call(Array.from({ length: 49 }, () => 'bob'));
    assert.deepEqual(
      call.members.map(({ userId }) => userId),
      ['alice', 'bob'],
    );
    assert.equal(call.isGroup, false);
    await bob.nextView(({ callId }) => callId === call.callId);
  });

  it('H33: a thousand commands at once are answered, then rate-limited, then closed with 4429', async (t) => {
    const { url, sig, signIn } = await testServer(t, { rates: DEFAULT_RATES });
    const alice = await signIn('alice');
    const alone = await sendAtLength(alice, 30);
    const eve = await RawWebsocket.signIn(t, url, await sig('eve'));
    const flood = async (): Promise<number | null> => {
      for (let index = 0; index < 1000 && !eve.connection.isEnded; index += 1) {
        eve.command({ type: 'sync', id: newCommandId(), ...SYNC }, index);
        // Sent about as fast as the server answers, so that all answers arrive.
        if (index % 20 === 19) await fetch(`${url}/health`);
      }
      return eve.closed();
    };
    const [beside, closeCode] = await Promise.all([sendAtLength(alice, 30), flood()]);
    assert.equal(closeCode, 4429);
    const answers = eve.texts.filter((text) => text.startsWith('43'));
    assert.equal(answers.filter((text) => text.includes('"ok":true')).length, 100);
    assert.ok(answers.filter((text) => text.includes('101008')).length > 100);
    t.diagnostic(
      `another session's slowest answer: ${alone} ms alone, ${beside} ms beside the flood`,
    );
  });

  it('H40: a replayed recording of a connection has no effect', async (t) => {
    const { url, sig, signIn } = await testServer(t);
    const bob = await signIn('bob');
    const hello = handshake({ userSig: await sig('alice'), sessionId: randomId() });
    const id = newCommandId();
    const call = `421${JSON.stringify(['command', { type: 'call', id, ...callFields(['bob']) }])}`;
    const callIds = [];
    for (let round = 0; round < 3; round += 1) {
      const alice = await RawWebsocket.open(t, url);
      alice.text(hello);
      await alice.hears((text) => text.includes('"welcome"'));
      alice.text(call);
      const answer = (await alice.answer(1)) as { call: { callId: string; version: number } };
      callIds.push(answer.call.callId);
      assert.equal(answer.call.version, 1);
    }
    assert.equal(new Set(callIds).size, 1);
    await bob.ask('sync', SYNC);
    assert.equal(bob.receivedSummary().filter((one) => one === 'ringing').length, 1);
  });
});

/** The slowest of this many answers, in ms. */
async function sendAtLength(client: TestClient, times: number): Promise<number> {
  let slowest = 0;
  for (let index = 0; index < times; index += 1) {
    const askedAt = performance.now();
    await client.ask('sync', SYNC);
    slowest = Math.max(slowest, performance.now() - askedAt);
  }
  return Math.round(slowest);
}
