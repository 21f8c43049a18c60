import { createServer } from '../../../server/create-server.ts';
import type { CallServer } from '../../../server/create-server.ts';
import { createUserSig } from '../../../server/auth/user-sig.ts';
import type { Config } from '../../../server/config/config.ts';
import { createLog } from '../../../server/shared/log.ts';
import { Secret } from '../../../server/shared/secret.ts';
import { parsePostgresAddress } from '../../../server/store/postgres-address.ts';
import { FakeMediaServer } from '../../../server/testing/fake-media-server.ts';
import { TestClient } from '../../../server/testing/test-client.ts';
import type { ConnectOptions } from '../../../server/testing/test-client.ts';
import { SECRET, TEST_CONFIG } from '../../../server/testing/test-server.ts';
import { PostgresServer } from '../../support/postgres-server.ts';
import { RedisServer } from '../../support/redis-server.ts';

/** Several nodes in this process on a real Postgres and a real Redis, with one media server in memory. */
export class Cluster {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly media = new FakeMediaServer();
  readonly nodes: CallServer[] = [];
  readonly #clients: TestClient[] = [];
  database = '';

  private constructor(postgres: PostgresServer, redis: RedisServer) {
    this.postgres = postgres;
    this.redis = redis;
  }

  static async start(): Promise<Cluster> {
    const [postgres, redis] = await Promise.all([PostgresServer.start(), RedisServer.start()]);
    return new Cluster(postgres, redis);
  }

  /** So many nodes on an empty database. */
  async begin(count: number, config: Partial<Config> = {}): Promise<void> {
    await this.end();
    this.database = await this.postgres.emptyDatabase();
    for (let index = 0; index < count; index += 1) await this.addNode(config);
  }

  async addNode(config: Partial<Config> = {}): Promise<CallServer> {
    const node = await createServer({
      config: {
        ...TEST_CONFIG,
        database: { postgres: parsePostgresAddress(this.postgres.url(this.database)) },
        redisUrl: new Secret(this.redis.url),
        ...config,
      },
      // A real LiveKit where the test has one.
      ...(config.livekit === undefined && { media: this.media }),
      log: createLog(process.env['STORES_LOG'] === undefined ? 'silent' : 'info'),
    });
    this.nodes.push(node);
    return node;
  }

  /** A session of this user on one of the nodes. */
  async signIn(
    userId: string,
    node: number,
    options: Partial<ConnectOptions> = {},
  ): Promise<TestClient> {
    const server = this.nodes[node];
    if (server === undefined) throw new Error(`there is no node ${node}`);
    const userSig = await createUserSig(SECRET, userId);
    const client = await TestClient.connect({ url: server.url, userSig, ...options });
    this.#clients.push(client);
    return client;
  }

  async end(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
    await Promise.all(this.nodes.splice(0).map((node) => node.close()));
    this.media.rooms.clear();
  }

  async stop(): Promise<void> {
    await this.end();
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
  }
}
