import type { TestContext } from 'node:test';
import { createUserSig } from '../auth/user-sig.ts';
import type { UserSigOptions } from '../auth/user-sig.ts';
import type { Clock } from '../shared/clock.ts';
import { DEFAULT_RATES } from '../limits/rates.ts';
import type { Config } from '../config/config.ts';
import { createServer } from '../create-server.ts';
import type { CallServer } from '../create-server.ts';
import { createLog } from '../shared/log.ts';
import type { MediaServer } from '../media/media-server.ts';
import { Secret } from '../shared/secret.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeMediaServer } from './fake-media-server.ts';
import { TestClient } from './test-client.ts';
import type { ConnectOptions } from './test-client.ts';

export const SECRET = 'a secret for tests, long enough for HS256';

/** An API key for the REST API. */
export const API_KEY = 'an-api-key-for-tests-of-32-bytes';

/** Without limits, on loopback, with an in-memory database. */
export const TEST_CONFIG: Config = {
  host: '127.0.0.1',
  port: 0,
  keys: [{ kid: null, secret: new Secret(SECRET) }],
  noKidUntil: 0,
  groupCallback: null,
  apiKeys: [new Secret(API_KEY)],
  origins: '*',
  livekit: {
    apiUrl: 'http://127.0.0.1:1',
    publicUrl: 'ws://media.example',
    apiKey: 'key',
    apiSecret: new Secret('the media secret of the tests, 32 B'),
  },
  database: { file: ':memory:' },
  redisUrl: null,
  node: null,
  logLevel: 'silent',
  sessions: 'multiple',
  callWaiting: false,
  maxMembers: 50,
  mediaOnlyMs: 300_000,
  callbackPrivateNetworks: true,
  retentionMs: null,
  push: { vapid: null, showCaller: true },
  rates: {
    ...DEFAULT_RATES,
    callsPerMinute: 1e6,
    callsPerPairPerMinute: 1e6,
    ringsPerMinute: 1e6,
    commandBurst: 1e6,
    broadcastBurst: 1e6,
    apiRequestsPerMinute: 0,
  },
};

export interface TestServer<M extends MediaServer = FakeMediaServer, C extends Clock = FakeClock> {
  readonly server: CallServer;
  readonly media: M;
  readonly clock: C;
  readonly url: string;
  /** A new session of this user; closed with the test. */
  signIn(
    name: string,
    connect?: Partial<ConnectOptions>,
    sig?: UserSigOptions,
  ): Promise<TestClient>;
  sig(name: string, options?: UserSigOptions): Promise<string>;
}

/** A server on a free port, with a fake media server and clock. Ends with the test. */
export async function testServer(
  t: TestContext,
  config: Partial<Config> = {},
  given: { media?: FakeMediaServer; clock?: FakeClock } = {},
): Promise<TestServer> {
  const clock = given.clock ?? new FakeClock();
  const media = given.media ?? new FakeMediaServer();
  return serve(t, { ...TEST_CONFIG, ...config }, media, clock);
}

export async function serve<M extends MediaServer, C extends Clock>(
  t: TestContext,
  config: Config,
  media: M,
  clock: C,
): Promise<TestServer<M, C>> {
  const server = await createServer({ config, media, clock, log: createLog('silent') });
  const clients: TestClient[] = [];
  t.after(async () => {
    for (const client of clients) client.close();
    await server.close();
  });
  const sig = (name: string, options: UserSigOptions = {}) => createUserSig(SECRET, name, options);
  return {
    server,
    media,
    clock,
    url: server.url,
    sig,
    async signIn(name, connect = {}, options = {}) {
      const userSig = await sig(name, options);
      const client = await TestClient.connect({ url: server.url, userSig, ...connect });
      clients.push(client);
      return client;
    },
  };
}
