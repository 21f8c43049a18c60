import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { Secret } from '../../server/shared/secret.ts';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { createUserSig } from '../../server/auth/user-sig.ts';
import { API_KEY, SECRET, TEST_CONFIG } from '../../server/testing/test-server.ts';
import { rest } from '../../server/testing/rest-client.ts';
import type { RestRequest } from '../../server/testing/rest-client.ts';
import { TestClient } from '../../server/testing/test-client.ts';
import { runCommand } from '../../server/command-line.ts';
import { RedisServer } from '../support/redis-server.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { Cluster } from './support/cluster.ts';

const cluster = await Cluster.start();
after(() => cluster.stop());
afterEach(() => cluster.end());

describe('Two nodes', () => {
  it('ring, answer and end a call of users on different nodes', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 1);
    const { call } = await alice.call(['bob']);
    await bob.nextView(({ callId, status }) => callId === call.callId && status === 'ringing');
    const accepted = await bob.ask('accept', { callId: call.callId });
    assert.equal(accepted.call.status, 'active');
    await alice.nextView(({ status }) => status === 'active');
    await alice.ask('hangup', { callId: call.callId });
    await bob.nextView(({ status, endReason }) => status === 'ended' && endReason === 'hangup');
  });

  it('notify a user on one node of the calls missed from another one, in the order of their numbers', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const carol = await cluster.signIn('carol', 1);
    const bob = await cluster.signIn('bob', 1);
    for (const caller of [alice, carol, alice]) {
      const { call } = await caller.call(['bob']);
      await caller.ask('hangup', { callId: call.callId });
    }
    const missed = () =>
      bob.received.flatMap((one) => (one.type === 'call-missed' ? [one.missed.seq] : []));
    await eventually(
      async () => missed().length === 3,
      () => `bob received ${missed().join()}`,
    );
    assert.deepEqual(missed(), [1, 2, 3]);
  });

  it('keep the seat of a user who moves from one node to the other', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 1);
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    const { sessionId } = bob;
    const moved = await cluster.signIn('bob', 0, { sessionId });
    const kicked = await bob.nextMessage('kicked-offline');
    assert.equal(kicked.reason, 'same-session');
    const { calls } = await moved.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(
      calls.map(({ status, members }) => [status, members.map((one) => one.away)]),
      [['active', [false, false]]],
    );
  });

  it('show a member as away whose connection to the other node breaks', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 1);
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    bob.close();
    await alice.nextView(({ members }) =>
      members.some(({ userId, away }) => userId === 'bob' && away),
    );
  });

  it('apply a leave beacon that reaches another node than the connection', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 1);
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    const userSig = await createUserSig(SECRET, 'bob');
    const body = JSON.stringify({ userId: 'bob', userSig, sessionId: bob.sessionId });
    const answer = await fetch(`${cluster.nodes[0]?.url}/v1/leave`, { method: 'POST', body });
    assert.equal(answer.status, 204);
    bob.close();
    // 8 s instead of 30 s.
    const rows = () =>
      cluster.postgres.sql(
        `select leaving, grace_until - last_seen_at as ms from members where user_id = 'bob'`,
        cluster.database,
      );
    const [row] = await eventually(
      async () => {
        const found = await rows();
        return found[0]?.['leaving'] === 1 && found;
      },
      () => 'bob is not leaving',
    );
    assert.equal(Number(row?.['ms']), 8_000);
  });

  it('end a ring at once when no device on either node can answer', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const [phone, tablet] = [await cluster.signIn('bob', 0), await cluster.signIn('bob', 1)];
    const { call } = await alice.call(['bob']);
    const report = { callId: call.callId, canAnswer: false } as const;
    const first = await phone.ask('alerted', report);
    assert.equal(first.call.status, 'ringing');
    await tablet.ask('alerted', report);
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'no-response');
  });

  it('leave one session of a user who signs in to both, where only one may be', async () => {
    await cluster.begin(2, { sessions: 'single' });
    const first = await cluster.signIn('alice', 0);
    await cluster.signIn('alice', 1);
    const { reason } = await first.nextMessage('kicked-offline');
    assert.equal(reason, 'newer-session');
  });

  it('give up the seat of a session that a newer one on the other node replaces', async () => {
    await cluster.begin(2, { sessions: 'single' });
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 0);
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    await cluster.signIn('bob', 1);
    await alice.nextView(({ status, endReason }) => status === 'ended' && endReason === 'hangup');
  });

  it('sign a user out of all nodes by the API of one', async () => {
    await cluster.begin(2);
    const sessions = [await cluster.signIn('bob', 0), await cluster.signIn('bob', 1)];
    const answer = await fetch(`${cluster.nodes[0]?.url}/v1/users/bob/sessions`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    assert.equal(answer.status, 204);
    for (const session of sessions) {
      assert.equal((await session.nextMessage('kicked-offline')).reason, 'removed-by-server');
    }
  });

  it('give a session on one node the profile that the API of the other one sets', async () => {
    await cluster.begin(2);
    const bob = await cluster.signIn('bob', 1);
    const set = (nickname: string) =>
      rest(cluster.nodes[0] ?? assert.fail(), 'PUT /v1/users/bob', {
        body: { nickname, avatar: '' },
      });
    assert.equal((await set('Dr. Bob')).status, 200);
    await eventually(
      async () => (await nameInCall(bob)) === 'Dr. Bob',
      () => 'bob calls with another name',
    );
    // Redis loses the message.
    await cluster.redis.end();
    assert.equal((await set('Prof. Bob')).status, 200);
    await cluster.redis.restart();
    await eventually(
      async () => (await nameInCall(bob)) === 'Prof. Bob',
      () => 'bob calls with another name',
    );
  });

  it('measure how many of them run', async () => {
    await cluster.begin(2);
    const metrics = async () => (await fetch(`${cluster.nodes[0]?.url}/metrics`)).text();
    await eventually(
      async () => /^tui_call_nodes 2$/m.test(await metrics()),
      () => 'the first node does not see the second one',
    );
    assert.match(await metrics(), /^tui_call_redis_connected 1$/m);
    assert.match(await metrics(), /^tui_call_transaction_retries \d+$/m);
  });

  it('share API keys, Idempotency-Keys, calls and records, and refuse a revoked key at once', async () => {
    await cluster.begin(2);
    const apiKey = async (...words: string[]) => {
      const lines: string[] = [];
      const { exitCode } = (await runCommand(['api-key', ...words], {
        env: { DATABASE_URL: cluster.postgres.url(cluster.database) },
        print: (line) => lines.push(line),
        printError: (line) => lines.push(line),
      })) as { exitCode: number };
      assert.equal(exitCode, 0, lines.join());
      return lines.join();
    };
    const scopes = 'calls:read,calls:write,records:read,users:write';
    const key = await apiKey('create', '--name', 'back end', '--scopes', scopes);
    const ask = (node: number, request: string, more: RestRequest = {}) =>
      rest(cluster.nodes[node] ?? assert.fail(), request, { key, ...more });
    const bob = await cluster.signIn('bob', 1);
    const body = { callerId: 'alice', userIds: ['bob'], mediaType: 'video' };
    const once = { body, headers: { 'idempotency-key': 'order-7' } };
    const first = await ask(0, 'POST /v1/calls', once);
    assert.equal(first.status, 201, first.text);
    await bob.nextView(({ status }) => status === 'ringing');
    const again = await ask(1, 'POST /v1/calls', once);
    assert.deepEqual(again.body, first.body);
    const { callId } = first.body as { callId: string };
    assert.equal((await ask(1, `GET /v1/calls/${callId}`)).status, 200);
    assert.equal((await ask(1, 'DELETE /v1/users/alice')).status, 204);
    const record = await ask(0, `GET /v1/records/${callId}`);
    assert.match((record.body as { callerId: string }).callerId, /^erased-/);
    const [id = ''] = (await apiKey('list')).split('\t');
    await apiKey('revoke', id);
    for (const node of [0, 1]) assert.equal((await ask(node, 'GET /v1/calls')).status, 401);
  });

  it('count the sessions of a user together', async () => {
    const rates = { ...TEST_CONFIG.rates, sessionsPerUser: 2 };
    await cluster.begin(2, { rates });
    await cluster.signIn('alice', 0);
    await cluster.signIn('alice', 1);
    await eventually(
      async () =>
        (await cluster.postgres.sql('select 1 from sessions', cluster.database)).length === 2,
      () => 'the sessions are not recorded',
    );
    const url = cluster.nodes[0]?.url ?? '';
    const userSig = await createUserSig(SECRET, 'alice');
    assert.equal(await TestClient.refused({ url, userSig }), 'rate-limited');
  });

  it('count the calls and sign-ins of a user together', async () => {
    const rates = {
      ...DEFAULT_RATES,
      callsPerMinute: 3,
      callsPerPairPerMinute: 2,
      connectsPerMinute: 4,
    };
    await cluster.begin(2, { rates });
    const [one, two] = [await cluster.signIn('alice', 0), await cluster.signIn('alice', 1)];
    const ring = async (caller: TestClient, callee: string) => {
      const answer = await caller.send('call', {
        userIds: [callee] as never,
        mediaType: 'audio',
        groupId: '',
        timeout: 30,
        userData: '',
      });
      if (!answer.ok) return answer.error.name;
      await caller.ask('hangup', { callId: answer.call.callId });
      return 'rang';
    };
    assert.deepEqual(
      [await ring(one, 'bob'), await ring(two, 'bob'), await ring(one, 'bob')],
      ['rang', 'rang', 'rate-limited'],
    );
    assert.equal(await ring(two, 'carol'), 'rate-limited');
    await cluster.signIn('alice', 0);
    await cluster.signIn('alice', 1);
    const url = cluster.nodes[0]?.url ?? '';
    const userSig = await createUserSig(SECRET, 'alice');
    assert.equal(await TestClient.refused({ url, userSig }), 'rate-limited');
  });
});

/** What others see of a user who calls. */
async function nameInCall(caller: TestClient): Promise<string | undefined> {
  const { call } = await caller.call(['nobody']);
  await caller.ask('hangup', { callId: call.callId });
  return call.members[0]?.nickname;
}

describe('A node is refused', () => {
  const refused = async (config: Parameters<Cluster['addNode']>[0]): Promise<string> => {
    const alice = await cluster.signIn('alice', 0);
    const error = await cluster.addNode(config).then(
      () => 'was started',
      (one: unknown) => (one instanceof Error ? one.message : String(one)),
    );
    // The one that runs is not disturbed.
    await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.ok(!error.includes('\n'), error);
    return error;
  };

  it('that has another secret', async () => {
    await cluster.begin(1);
    const keys = [{ kid: null, secret: new Secret('another secret, long enough for HS256, too') }];
    assert.match(await refused({ keys, node: 'second' }), /has another TUI_CALL_SECRET; give all/);
  });

  it('that has other settings', async () => {
    await cluster.begin(1);
    assert.match(await refused({ callWaiting: true }), /TUI_CALL_BUSY=ring/);
  });

  it('that has no Redis beside one that has', async () => {
    await cluster.begin(1);
    assert.match(await refused({ redisUrl: null }), /set REDIS_URL for all of them/);
  });

  it('that has Redis beside one that has not', async () => {
    await cluster.begin(1, { redisUrl: null });
    assert.match(await refused({}), /without REDIS_URL uses this database/);
  });

  it('whose Redis is not there', async () => {
    await cluster.begin(1);
    assert.equal(
      await refused({ redisUrl: new Secret('redis://127.0.0.1:1') }),
      'Redis does not answer at REDIS_URL (ECONNREFUSED); is it running, and is the address right?',
    );
  });

  it('whose Redis refuses the password', async (t) => {
    await cluster.begin(1);
    const redis = await RedisServer.start({ password: 'right' });
    t.after(() => redis.stop());
    for (const credentials of [':wrong@', '']) {
      const redisUrl = new Secret(`redis://${credentials}127.0.0.1:${redis.port}`);
      assert.equal(
        await refused({ redisUrl }),
        'Redis refuses the password of REDIS_URL; correct it',
      );
    }
  });
});
