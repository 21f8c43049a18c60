import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { CallRecord } from '../http/rest/schemas.ts';
import { rest } from '../testing/rest-client.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

const QUALITY = {
  measuredMs: 60_000,
  poorMs: 3_000,
  reconnections: 1,
  roundTripMs: 41,
  lossPercent: 0.3,
};

describe('the quality that a client reports', () => {
  it('is in the record of its member, also as CSV, and changes no usage', async (t) => {
    const { server, alice, bob, callId } = await talk(t);
    const usage = () => rest(server, 'GET /v1/usage?from=1970-01-01&to=1970-01-03&by=user');
    // Before the end, after it, and again with other figures.
    await bob.ask('report-quality', { callId, quality: { ...QUALITY, poorMs: 0 } });
    await alice.ask('hangup', { callId });
    const before = (await usage()).text;
    await bob.ask('report-quality', { callId, quality: QUALITY });
    const { members } = await recordOf(server, callId);
    assert.deepEqual(
      members.map(({ userId, quality }) => [userId, quality]),
      [
        ['alice', null],
        ['bob', QUALITY],
      ],
    );
    assert.equal((await usage()).text, before);
    const { text } = await rest(server, 'GET /v1/records.csv');
    const [header, ...rows] = text.trim().split('\r\n');
    const names = 'measuredMs,poorMs,reconnections,roundTripMs,lossPercent';
    assert.ok(header?.endsWith(`,${names}`));
    assert.deepEqual(
      rows.map((row) => row.split(',').slice(-5).join()),
      [',,,,', '60000,3000,1,41,0.3'],
    );
  });

  it('may lack figures, and what else a client sends is not stored', async (t) => {
    const { server, alice, callId } = await talk(t);
    const quality = { ...QUALITY, roundTripMs: null, lossPercent: null };
    const more = { ...quality, note: 'x'.repeat(1000) };
    await alice.ask('report-quality', { callId, quality: more });
    await alice.ask('hangup', { callId });
    assert.deepEqual((await recordOf(server, callId)).members[0]?.quality, quality);
  });

  it('is refused with figures that cannot be', async (t) => {
    const { server, alice, callId } = await talk(t);
    for (const wrong of [
      { measuredMs: -1 },
      { measuredMs: 0.5 },
      { measuredMs: 1e15 },
      { poorMs: 60_001 },
      { reconnections: '1' },
      { roundTripMs: 1e9 },
      { lossPercent: 101 },
      { lossPercent: undefined },
    ]) {
      const quality = { ...QUALITY, ...wrong } as typeof QUALITY;
      const refusal = await alice.refusal('report-quality', { callId, quality });
      assert.equal(refusal, 'invalid-parameter', JSON.stringify(wrong));
    }
    await alice.ask('hangup', { callId });
    assert.equal((await recordOf(server, callId)).members[0]?.quality, null);
  });

  it('is refused from a session that was not in the call, and long after the end', async (t) => {
    const { server, alice, callId } = await talk(t);
    const [tablet, eve] = [await server.signIn('bob'), await server.signIn('eve')];
    const report = { callId, quality: QUALITY };
    assert.equal(await tablet.refusal('report-quality', report), 'wrong-state');
    assert.equal(await eve.refusal('report-quality', report), 'call-not-found');
    await alice.ask('hangup', { callId });
    server.clock.advance(300_001);
    assert.equal(await alice.refusal('report-quality', report), 'wrong-state');
  });
});

async function talk(t: TestContext) {
  const server = await testServer(t);
  const [alice, bob] = [await server.signIn('alice'), await server.signIn('bob')];
  const { call } = await alice.call(['bob']);
  await bob.ask('accept', { callId: call.callId });
  return { server, alice, bob, callId: call.callId };
}

async function recordOf(server: TestServer, callId: string): Promise<CallRecord> {
  const { body } = await rest(server, `GET /v1/records/${callId}`);
  return body as CallRecord;
}
