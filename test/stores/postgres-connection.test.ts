import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PostgresConnection } from '../../server/store/postgres-connection.ts';
import { parsePostgresAddress } from '../../server/store/postgres-address.ts';
import { POSTGRES_SCHEMA } from '../../server/store/postgres-schema.ts';
import { PostgresRateLimit } from '../../server/store/postgres-rate-limit.ts';
import { PostgresStore } from '../../server/store/postgres-store.ts';
import { StoreError, StoreUnavailable } from '../../server/calls/store.ts';
import { alice, bob } from '../../server/testing/people.ts';
import { ringing } from '../../server/testing/rule-fixtures.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { PostgresServer } from '../support/postgres-server.ts';

const postgres = await PostgresServer.start();
after(() => postgres.stop());

const open = (url: string) => PostgresStore.open(parsePostgresAddress(url));

/** The one line with which the store is refused. */
async function refused(url: string): Promise<string> {
  const error: unknown = await open(url).then(
    (store) => store.close().then(() => null),
    (one: unknown) => one,
  );
  assert.ok(error instanceof StoreError, String(error));
  assert.ok(!error.message.includes('\n'), error.message);
  return error.message;
}

describe('A Postgres is refused', () => {
  it('that is down', async () => {
    assert.match(
      await refused('postgres://postgres@127.0.0.1:1/calls'),
      /^no Postgres server of DATABASE_URL can be written to: 127\.0\.0\.1:1 .*ECONNREFUSED/,
    );
  });

  it('that does not have the database', async () => {
    assert.equal(
      await refused(postgres.url('nothing')),
      'the Postgres database "nothing" does not exist; create it: createdb -E UTF8 nothing',
    );
  });

  it('that does not take the password', async () => {
    const database = await postgres.emptyDatabase();
    await postgres.sql(`create role guarded login password 'right'`);
    const rules = join(postgres.folder, 'guarded.conf');
    writeFileSync(
      rules,
      `host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n`,
      { mode: 0o644 },
    );
    await postgres.restart({ hba_file: rules });
    const url = `postgres://guarded:wrong@127.0.0.1:${postgres.port}/${database}`;
    assert.equal(
      await refused(url),
      'Postgres refuses the password of "guarded"; correct DATABASE_URL',
    );
    assert.match(await refused(url.replace(':wrong', '')), /password/);
    // The right one is let in, and may then not make tables.
    assert.match(
      await refused(url.replace('wrong', 'right')),
      /may not make tables in the database .*; make it the owner/,
    );
    await postgres.restart();
  });

  it('that is read-only', async () => {
    const database = await postgres.emptyDatabase();
    await postgres.sql(`alter database ${database} set default_transaction_read_only = on`);
    assert.match(await refused(postgres.url(database)), /is read-only/);
    await postgres.sql(`alter database ${database} reset default_transaction_read_only`);
  });

  it('that is too old', async () => {
    const address = parsePostgresAddress(postgres.url('postgres'));
    await assert.rejects(PostgresConnection.open(address, { oldest: 9_900_000 }), {
      message: /^the Postgres server is too old \(version \d+\); use version 990 or newer$/,
    });
  });

  it('whose schema is newer by more than one version', async () => {
    const database = await postgres.emptyDatabase();
    await (await open(postgres.url(database))).close();
    await postgres.sql(`update schema_version set version = version + 1`, database);
    const beside = await open(postgres.url(database));
    await beside.close();
    await postgres.sql(`update schema_version set version = version + 1`, database);
    assert.match(
      await refused(postgres.url(database)),
      /has schema \d+, this version knows \d+; use a newer/,
    );
    const [row] = await postgres.sql('select version from schema_version', database);
    assert.equal(row?.['version'], POSTGRES_SCHEMA + 2);
  });
});

describe('The schema', () => {
  it('is made once by servers that start at once', async () => {
    const database = await postgres.emptyDatabase();
    const stores = await Promise.all(Array.from({ length: 4 }, () => open(postgres.url(database))));
    await Promise.all(stores.map((store) => store.close()));
    const rows = await postgres.sql('select version from schema_version', database);
    assert.deepEqual(
      rows.map((row) => row['version']),
      [POSTGRES_SCHEMA],
    );
  });

  it('is made also if an index of a large table takes longer than other statements may', async () => {
    const database = await postgres.emptyDatabase();
    await postgres.sql(
      `create function take_time() returns event_trigger language plpgsql as
        $$ begin if to_regclass('one_call_in_group') is null then perform pg_sleep(5.5); end if; end $$`,
      database,
    );
    await postgres.sql(
      `create event trigger slow on ddl_command_end when tag in ('CREATE INDEX')
        execute function take_time()`,
      database,
    );
    await (await open(postgres.url(database))).close();
    const [row] = await postgres.sql('select version from schema_version', database);
    assert.equal(row?.['version'], POSTGRES_SCHEMA);
  });

  it('is whole after kill -9 at any moment of its making', async () => {
    const main = join(import.meta.dirname, 'support/open-postgres.ts');
    const database = await postgres.emptyDatabase();
    const url = postgres.url(database);
    for (let step = 1; ; step += 4) {
      await postgres.sql('drop schema public cascade; create schema public', database);
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', main, url, String(step)],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      );
      const [code] = (await once(child, 'exit')) as [number | null];
      // Killed in the middle: nothing of it is there, or all.
      await (await open(url)).close();
      if (code === 0) break;
    }
  });
});

describe('A store on Postgres', () => {
  it('works again after a restart of the database', async () => {
    const store = await open(postgres.url(await postgres.emptyDatabase()));
    const call = ringing({ by: alice, to: [bob] });
    await store.transaction((tx) => tx.saveChange({ before: null, after: call }));
    await postgres.restart();
    assert.deepEqual(await store.transaction((tx) => tx.call(call.callId)), call);
    await store.close();
  });

  it('answers statements outside of a transaction, also when transactions use all connections', async () => {
    const store = await open(postgres.url(await postgres.emptyDatabase()));
    const TRANSACTIONS = 30;
    const limit = new PostgresRateLimit(store, { kind: 'test', perMinute: 1000, burst: 1000 });
    const asking = () => store.transaction(() => limit.take('everyone'));
    const granted = await Promise.all(Array.from({ length: TRANSACTIONS }, asking));
    assert.ok(granted.every((one) => one));
    await store.close();
  });

  it('limits rates by tokens that refill up to a burst', async () => {
    const store = await open(postgres.url(await postgres.emptyDatabase()));
    const limit = new PostgresRateLimit(store, { kind: 'test', perMinute: 60, burst: 5 });
    assert.ok(!(await limit.take('alice', 6)));
    assert.ok(await limit.take('alice', 3));
    assert.ok(!(await limit.take('alice', 3)));
    assert.ok(await limit.take('alice', 2));
    assert.ok(!(await limit.takeEach(['bob', 'alice'])));
    await eventually(
      async () => limit.take('alice'),
      () => 'no token is refilled',
      3_000,
    );
    await store.close();
  });

  it('refuses a transaction at once while the database is down', async () => {
    const store = await open(postgres.url(await postgres.emptyDatabase()));
    await postgres.end('SIGKILL');
    await assert.rejects(
      store.transaction((tx) => tx.nextJobAt()),
      StoreUnavailable,
    );
    await postgres.restart();
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), null);
    await store.close();
  });

  it('follows the primary to another host, and never writes to a standby (F87)', async () => {
    const database = await postgres.emptyDatabase();
    const standby = await postgres.standby();
    try {
      // What was acknowledged is on both.
      await postgres.sql(`alter system set synchronous_standby_names = '*'`);
      await postgres.sql('select pg_reload_conf()');
      const hosts = `127.0.0.1:${standby.port},127.0.0.1:${postgres.port}`;
      const store = await open(`postgres://postgres@${hosts}/${database}`);
      const call = ringing({ by: alice, to: [bob] });
      await store.transaction((tx) => tx.saveChange({ before: null, after: call }));
      await postgres.end('SIGKILL');
      await assert.rejects(
        store.transaction((tx) => tx.call(call.callId)),
        { name: 'StoreError', message: /is a standby; .*ECONNREFUSED/ },
      );
      await standby.promote();
      await standby.sql(`alter system reset synchronous_standby_names`);
      await standby.sql('select pg_reload_conf()');
      assert.deepEqual(await store.transaction((tx) => tx.call(call.callId)), call);
      await store.transaction((tx) => tx.saveServerSeenAt(1));
      await store.close();
    } finally {
      await standby.stop();
    }
  });
});
