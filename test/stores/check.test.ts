import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { runCommand } from '../../server/command-line.ts';
import { SECRET } from '../../server/testing/test-server.ts';
import { startLivekit, type LivekitServer } from '../../scripts/livekit/index.mjs';
import { Cluster } from './support/cluster.ts';

let cluster: Cluster;
let livekit: LivekitServer;
before(async () => {
  [cluster, livekit] = await Promise.all([Cluster.start(), startLivekit()]);
});
after(async () => {
  await Promise.all([cluster.stop(), livekit.stop()]);
});
afterEach(() => cluster.end());

/** What the command prints for this environment, line by line. */
async function run(command: 'start' | 'check', env: Readonly<Record<string, string>> = {}) {
  const [output, errors]: [string[], string[]] = [[], []];
  const outcome = await runCommand([command], {
    env: {
      PORT: '0',
      TUI_CALL_SECRET: SECRET,
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      DATABASE_URL: cluster.postgres.url(cluster.database),
      REDIS_URL: cluster.redis.url,
      LOG_LEVEL: 'silent',
      ...env,
    },
    print: (line) => output.push(line),
    printError: (line) => errors.push(line),
  });
  if (outcome.server === undefined) return { output, errors, exitCode: outcome.exitCode };
  await outcome.server.close();
  return { output, errors, exitCode: 0 };
}

const tables = () =>
  cluster.postgres.sql(
    `select tablename from pg_tables where schemaname = 'public'`,
    cluster.database,
  );

describe('tui-call-server check', () => {
  it('accepts an empty database and leaves it empty', async () => {
    await cluster.begin(0);
    const { output, errors } = await run('check');
    assert.deepEqual(errors, []);
    const parts = ['configuration', 'database', 'Redis', 'LiveKit', 'LiveKit for browsers'];
    assert.deepEqual(
      output,
      parts.map((part) => `${part}: ok`),
    );
    assert.deepEqual(await tables(), []);
  });

  it('works beside nodes that run, and adds none', async () => {
    await cluster.begin(2);
    const { errors } = await run('check');
    assert.deepEqual(errors, []);
    const nodes = await cluster.postgres.sql('select 1 from nodes', cluster.database);
    assert.equal(nodes.length, 2);
  });

  it('names what would keep a node from starting', async () => {
    await cluster.begin(1);
    const { errors } = await run('check', {
      TUI_CALL_SECRET: 'another secret, long enough for HS256, too',
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    assert.match(errors[0] ?? '', /^database: the running node .* has another TUI_CALL_SECRET/);
    assert.match(errors[1] ?? '', /^Redis: Redis does not answer at REDIS_URL \(ECONNREFUSED\)/);
    assert.equal(errors.length, 2);
  });

  it('finds a schema that is too new, and a user who may not create one', async () => {
    await cluster.begin(1);
    await cluster.end();
    await cluster.postgres.sql('update schema_version set version = 99', cluster.database);
    assert.match(
      (await run('check')).errors.join(),
      /^database: the Postgres database has schema 99/,
    );
    await cluster.begin(0);
    await cluster.postgres.sql('create role reader login');
    const DATABASE_URL = cluster.postgres.url(cluster.database, 'reader');
    assert.match(
      (await run('check', { DATABASE_URL })).errors.join(),
      /^database: the Postgres user "reader" may not make tables/,
    );
  });
});

describe('tui-call-server start', () => {
  it('ends with one line that says what is wrong', async () => {
    await cluster.begin(0);
    const wrong = [
      [
        { DATABASE_URL: 'postgres://calls@127.0.0.1:1/calls' },
        /^no Postgres server of DATABASE_URL/,
      ],
      [{ DATABASE_URL: 'mysql://calls@127.0.0.1/calls' }, /^DATABASE_URL must be sqlite:<file>/],
      [{ REDIS_URL: 'redis://127.0.0.1:1' }, /^Redis does not answer at REDIS_URL/],
      [{ REDIS_URL: 'http://127.0.0.1:1' }, /^REDIS_URL must be redis:/],
      [{ DATABASE_URL: 'sqlite::memory:' }, /^REDIS_URL is set, but several nodes need Postgres/],
    ] as const;
    for (const [env, problem] of wrong) {
      const { errors, exitCode } = await run('start', env);
      assert.deepEqual([errors.length, exitCode], [1, 1], errors.join('\n'));
      assert.match(errors[0] ?? '', problem);
    }
  });
});
