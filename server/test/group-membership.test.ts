import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { parseCallId } from '../../src/protocol/index.ts';
import { parseGroupCallback } from '../groups/group-callback.ts';
import { deferred } from '../testing/deferred.ts';
import type { TestClient } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';

/** Joining with a group callback, over real sockets and HTTP. */

const NO_CALL = parseCallId('an-id-of-no-call-at-all');

describe('with a group membership callback', () => {
  it('its members find the group’s call by the group and by its id', async (t) => {
    const { signIn, inTeam } = await office(t);
    const [alice, bob, carol, dave] = await four(signIn);
    for (const name of ['alice', 'carol', 'dave']) inTeam.add(name);
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bob.ask('accept', { callId: call.callId });
    assert.ok((await carol.ask('join-group', { groupId: 'team' })).media);
    assert.ok((await dave.ask('join', { callId: call.callId })).media);
  });

  it('two users of a group who start a call at once are in one call (F110)', async (t) => {
    const { signIn, inTeam } = await office(t);
    const [alice, bob] = await four(signIn);
    inTeam.add('alice').add('bob');
    const [one, two] = await Promise.all([
      alice.call(['carol'], { groupId: 'team' }),
      bob.call(['carol'], { groupId: 'team' }),
    ]);
    assert.equal(one.call.callId, two.call.callId);
  });

  it('other users cannot find the call, by the group or by its id', async (t) => {
    const { signIn, inTeam } = await office(t);
    const [alice, bob, carol, eve] = await four(signIn);
    inTeam.add('alice').add('carol');
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bob.ask('accept', { callId: call.callId });
    const byGroup = await eve.send('join-group', { groupId: 'team' });
    assert.deepEqual(byGroup, await carol.send('join-group', { groupId: 'empty' }));
    assert.ok(!byGroup.ok && byGroup.error.name === 'call-not-found');
  });

  it('is not asked about a call that does not exist', async (t) => {
    const { signIn, asked } = await office(t);
    const eve = await signIn('eve');
    assert.ok(NO_CALL);
    assert.equal(await eve.refusal('join', { callId: NO_CALL }), 'call-not-found');
    assert.deepEqual(asked, []);
  });

  it('is not asked for a user with a claim or a current member', async (t) => {
    const { signIn, asked } = await office(t);
    const alice = await signIn('alice', {}, { groups: ['team'] });
    const [bob, carol] = [await signIn('bob'), await signIn('carol', {}, { groups: ['team'] })];
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bob.ask('join', { callId: call.callId });
    await carol.ask('join-group', { groupId: 'team' });
    assert.deepEqual(asked, []);
  });

  it('is asked at most once per cache period for one user and group', async (t) => {
    const { signIn, inTeam, asked, clock } = await office(t);
    const [alice, , carol] = await four(signIn);
    inTeam.add('alice');
    await alice.call(['bob'], { groupId: 'team' });
    const join = () => carol.refusal('join-group', { groupId: 'team' });
    await Promise.all([join(), join(), join()]);
    assert.deepEqual(asked, ['alice team', 'carol team']);
    // A new membership takes effect after the cache period.
    inTeam.add('carol');
    clock.advance(2_001);
    assert.equal(await join(), null);
    assert.deepEqual(asked, ['alice team', 'carol team', 'carol team']);
  });

  it('is protected by a rate limit per user', async (t) => {
    const { signIn, asked } = await office(t);
    const eve = await signIn('eve');
    const answers = await Promise.all(
      Array.from({ length: 70 }, (_, index) => eve.refusal('join-group', { groupId: `g${index}` })),
    );
    assert.equal(answers.filter((one) => one === 'rate-limited').length, 10);
    assert.equal(asked.length, 60);
  });

  it('that fails admits nobody, with a retryable error', async (t) => {
    const { signIn, inTeam, failing } = await office(t);
    const [alice, bob, carol] = await four(signIn);
    inTeam.add('alice').add('carol');
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bob.ask('accept', { callId: call.callId });
    failing.on = true;
    const refused = await carol.send('join-group', { groupId: 'team' });
    assert.ok(!refused.ok);
    assert.equal(refused.error.name, 'membership-unknown');
    assert.equal(refused.error.retryable, true);
    failing.on = false;
    assert.equal(await carol.refusal('join-group', { groupId: 'team' }), null);
  });

  it('that fails does not prevent a call from ringing', async (t) => {
    const { signIn, failing } = await office(t);
    const [alice, bob] = await four(signIn);
    failing.on = true;
    await alice.call(['bob'], { groupId: 'team' });
    await bob.nextView(({ status }) => status === 'ringing');
  });

  it('that is slow delays no other command', async (t) => {
    const { signIn, held } = await office(t);
    const [alice, bob, carol] = await four(signIn);
    held.on = true;
    const waiting = carol.refusal('join-group', { groupId: 'team' });
    await held.arrived;
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    held.release();
    assert.equal(await waiting, 'call-not-found');
  });
});

type SignIn = Awaited<ReturnType<typeof testServer>>['signIn'];

async function four(signIn: SignIn): Promise<[TestClient, TestClient, TestClient, TestClient]> {
  return [await signIn('alice'), await signIn('bob'), await signIn('carol'), await signIn('dave')];
}

/** A call server and a back end for its group callback. */
async function office(t: TestContext) {
  const inTeam = new Set<string>();
  const asked: string[] = [];
  const failing = { on: false };
  const arrived = deferred();
  const waiting: (() => void)[] = [];
  const held = {
    on: false,
    arrived: arrived.promise,
    release: () => waiting.forEach((go) => go()),
  };
  const answer = (body: string, response: ServerResponse): void => {
    const { data } = JSON.parse(body) as { data: { userId: string; groupId: string } };
    asked.push(`${data.userId} ${data.groupId}`);
    if (failing.on) response.writeHead(503).end();
    else
      response.end(JSON.stringify({ member: data.groupId === 'team' && inTeam.has(data.userId) }));
  };
  const backEnd = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const go = () => answer(Buffer.concat(chunks).toString(), response);
      if (held.on) waiting.push(go);
      else go();
      arrived.fulfil();
    });
  });
  await new Promise<void>((resolve) => backEnd.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    backEnd.close();
    backEnd.closeAllConnections();
  });
  const { port } = backEnd.address() as AddressInfo;
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const groupCallback = parseGroupCallback(`http://127.0.0.1:${port}/groups`, secret);
  const { signIn, clock } = await testServer(t, { groupCallback });
  return { signIn, clock, inTeam, asked, failing, held };
}
