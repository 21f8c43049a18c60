import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, it } from 'node:test';
import { createClient } from 'redis';
import { RoomServiceClient } from 'livekit-server-sdk';
import { startLivekit, type LivekitServer } from '../../scripts/livekit/index.mjs';
import { createUserSig } from '../../server/auth/user-sig.ts';
import { Secret } from '../../server/shared/secret.ts';
import { SECRET } from '../../server/testing/test-server.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { SignalledMedia } from '../fault-injection/support/signalled-media.ts';
import { WebhookRelay } from '../fault-injection/support/webhook-relay.ts';
import { TestUser } from '../fixtures/test-user.ts';
import { Balancer } from './support/balancer.ts';
import { Cluster } from './support/cluster.ts';

const cluster = await Cluster.start();
after(() => cluster.stop());

it('F80 a call continues when the LiveKit node of its room is killed, one of two on the same Redis', async (t) => {
  const webhooks = await WebhookRelay.start(() => cluster.nodes[0]?.url ?? '');
  const options = { webhookUrl: webhooks.url, redis: `127.0.0.1:${cluster.redis.port}` };
  const first = await startLivekit(options);
  const second = await startLivekit({ ...options, keys: first });
  const balancer = await Balancer.start(() => [first, second].map(({ url }) => portOf(url)));
  t.after(async () => {
    await cluster.end();
    await Promise.all([balancer, webhooks, first, second].map((one) => one.stop()));
  });
  const { apiKey, apiSecret } = first;
  const publicUrl = balancer.url.replace('http', 'ws');
  await cluster.begin(2, {
    livekit: { apiUrl: balancer.url, publicUrl, apiKey, apiSecret: new Secret(apiSecret) },
  });
  const users = await Promise.all(['alice', 'bob'].map((name, node) => signIn(name, node)));
  t.after(() => Promise.all(users.map(({ user }) => user.leave())));
  const [alice, bob] = users;
  assert.ok(alice && bob);
  await alice.user.engine.calls('bob', 'audio', { timeout: 60 });
  await bob.user.phase('incoming');
  await bob.user.engine.accept();
  await Promise.all(users.map(({ user }) => user.phase('connected')));
  await bothEnter(users, 1);

  const host = await hostOfRoom([first, second]);
  const killed = performance.now();
  await host.kill9();
  await bothEnter(users, 2);
  t.diagnostic(`both are in the room again after ${Math.round(performance.now() - killed)} ms`);
  const rooms = new RoomServiceClient(balancer.url, apiKey, apiSecret);
  const [room] = await rooms.listRooms();
  assert.ok(room);
  await eventually(
    async () => (await rooms.listParticipants(room.name)).length === 2,
    () => 'LiveKit does not list both participants',
  );
  for (const { user } of users) {
    assert.equal(user.state.phase, 'connected');
    assert.equal(user.count('onCallEnd'), 0);
    await user.until('nobody reconnecting', ({ members }) =>
      members.every(({ reconnecting }) => !reconnecting),
    );
  }
  await alice.user.engine.hangup();
  await bob.user.until('over', ({ phase }) => phase === 'ended' || phase === 'idle');
});

it('a room that LiveKit creates only after its call has ended is deleted, and no other one', async (t) => {
  const livekit = await startLivekit();
  t.after(async () => {
    await cluster.end();
    await livekit.stop();
  });
  const { httpUrl: apiUrl, url: publicUrl, apiKey, apiSecret } = livekit;
  await cluster.begin(2, {
    livekit: { apiUrl, publicUrl, apiKey, apiSecret: new Secret(apiSecret) },
  });
  const rooms = new RoomServiceClient(apiUrl, apiKey, apiSecret);
  const names = async () => (await rooms.listRooms()).map(({ name }) => name).sort();
  const [alice, bob] = [await cluster.signIn('alice', 0), await cluster.signIn('bob', 1)];
  const ended = await alice.call(['carol']);
  await alice.ask('hangup', { callId: ended.call.callId });
  await eventually(
    async () => (await names()).length === 0,
    () => 'the room of the ended call is there',
  );
  const live = await bob.call(['carol'], { timeout: 0 });
  // As for a node that is killed while it waits for LiveKit.
  for (const name of [ended.call.roomId, 'room-of-another-application'])
    await rooms.createRoom({ name, emptyTimeout: 3600 });
  await eventually(
    async () => !(await names()).includes(ended.call.roomId),
    () => 'the room outlived its call',
  );
  await eventually(
    async () => (await names()).includes(live.call.roomId),
    () => 'the room of the live call is missing',
  );
  assert.deepEqual(await names(), [live.call.roomId, 'room-of-another-application'].sort());
});

interface Participant {
  readonly user: TestUser;
  readonly media: SignalledMedia;
}

async function signIn(userId: string, node: number): Promise<Participant> {
  const media = new SignalledMedia(1_000);
  const userSig = await createUserSig(SECRET, userId);
  const user = new TestUser(userId, { server: cluster.nodes[node]?.url ?? '', userSig, media });
  await user.signIn();
  return { user, media };
}

async function bothEnter(users: readonly Participant[], times: number): Promise<void> {
  await eventually(
    async () => users.every(({ media }) => media.joined && media.entered >= times),
    () => `entered ${users.map(({ media }) => media.entered).join(' and ')} times`,
  );
}

/** The node that LiveKit's cluster has assigned to the only room. */
async function hostOfRoom(nodes: readonly LivekitServer[]): Promise<LivekitServer> {
  const redis = createClient({ url: cluster.redis.url });
  await redis.connect();
  const [nodeId] = Object.values(await redis.hGetAll('room_node_map'));
  redis.destroy();
  const host = nodes.find(({ logFile }) => nodeIdIn(readFileSync(logFile, 'utf8')) === nodeId);
  if (host === undefined) throw new Error(`no LiveKit node is ${nodeId}`);
  return host;
}

/** Its own is the first one in its log. */
function nodeIdIn(log: string): string | undefined {
  return /"nodeID":\s*"([^"]+)"/.exec(log)?.[1];
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
