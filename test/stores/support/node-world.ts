import { randomBytes } from 'node:crypto';
import { startLivekit, type LivekitServer } from '../../../scripts/livekit/index.mjs';
import { createUserSig } from '../../../server/index.ts';
import { CallServer } from '../../e2e/support/call-server.ts';
import { TestUser } from '../../fixtures/test-user.ts';
import type { Records } from '../../fault-injection/support/records.ts';
import { WebhookRelay } from '../../fault-injection/support/webhook-relay.ts';
import type { Acknowledged } from '../../simulation/process/audit.ts';
import type { UserId } from '../../../src/protocol/index.ts';
import { PostgresServer } from '../../support/postgres-server.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { Balancer } from './balancer.ts';
import { readPostgresRecords } from './postgres-records.ts';

const SECRET = randomBytes(32).toString('base64url');

/** Several call servers, each a process, on a real Postgres, Redis and LiveKit, behind a TCP balancer. */
export class NodeWorld {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly livekit: LivekitServer;
  readonly #nodes: CallServer[];
  readonly balancer: Balancer;
  /** Every acknowledged command, oldest first. */
  readonly acks: Acknowledged[] = [];
  /** How many of them returned a call. */
  changes = 0;
  readonly #webhooks: WebhookRelay;
  readonly #databaseUrl: string;
  readonly #users: TestUser[] = [];

  private constructor(parts: {
    postgres: PostgresServer;
    redis: RedisServer;
    livekit: LivekitServer;
    webhooks: WebhookRelay;
    balancer: Balancer;
    nodes: CallServer[];
    databaseUrl: string;
  }) {
    this.postgres = parts.postgres;
    this.redis = parts.redis;
    this.livekit = parts.livekit;
    this.#nodes = parts.nodes;
    this.balancer = parts.balancer;
    this.#webhooks = parts.webhooks;
    this.#databaseUrl = parts.databaseUrl;
  }

  static async start(count: number): Promise<NodeWorld> {
    const [postgres, redis] = await Promise.all([PostgresServer.start(), RedisServer.start()]);
    const nodes: CallServer[] = [];
    // LiveKit knows one address: a webhook reaches one node.
    const balancer = await Balancer.start(() => nodes.map(({ port }) => port));
    const webhooks = await WebhookRelay.start(() => balancer.url);
    const livekit = await startLivekit({ webhookUrl: webhooks.url });
    const databaseUrl = postgres.url(await postgres.database());
    const parts = { postgres, redis, livekit, webhooks, balancer, nodes, databaseUrl };
    const world = new NodeWorld(parts);
    await Promise.all(Array.from({ length: count }, () => world.addNode()));
    return world;
  }

  /** Starts one more node. `main`: its entry point, of this version by default. */
  async addNode(main?: string): Promise<CallServer> {
    const { redis, livekit } = this;
    const environment = {
      TUI_CALL_SECRET: SECRET,
      TUI_CALL_NODE: `node-${this.#nodes.length}`,
      DATABASE_URL: this.#databaseUrl,
      REDIS_URL: redis.url,
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      TUI_CALL_RATE_CALLS_PER_MINUTE: '100000',
      TUI_CALL_RATE_RINGS_PER_MINUTE: '100000',
      TUI_CALL_RATE_COMMANDS_PER_SECOND: '10000',
      LOG_LEVEL: 'warn',
    };
    const node = new CallServer(environment, undefined, main);
    this.#nodes.push(node);
    await node.start();
    return node;
  }

  get nodes(): readonly CallServer[] {
    return this.#nodes;
  }

  /** A user who is signed in, through the balancer or to one node. */
  async user(userId: string, node?: CallServer): Promise<TestUser> {
    const user = new TestUser(userId, {
      server: node?.url ?? this.balancer.url,
      userSig: await createUserSig(SECRET, userId, { expiresIn: 3600 }),
      onAnswer: (command, answer, sentAt) => {
        this.acks.push({ userId: userId as UserId, command, answer, sentAt });
        if (answer.ok && 'call' in answer && answer.call !== null) this.changes += 1;
      },
    });
    this.#users.push(user);
    await user.signIn();
    return user;
  }

  records(): Promise<Records> {
    return readPostgresRecords(this.#databaseUrl);
  }

  get log(): string {
    return this.nodes.map(({ log }, index) => `node-${index}: ${log}`).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.#users.map((user) => user.leave()));
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.balancer.stop();
    await this.#webhooks.stop();
    await this.livekit.stop();
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
  }
}
