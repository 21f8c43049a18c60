import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { alice, bob, callId, carol, dave } from '../testing/people.ts';
import { ringing } from '../testing/rule-fixtures.ts';
import { checkDatabaseFile } from './sqlite-check.ts';
import { openSqliteFile } from './sqlite-file.ts';
import { SqliteStore } from './sqlite-store.ts';
import { apiConformance } from './api-conformance.ts';
import { callbackConformance } from './callback-conformance.ts';
import { pushConformance } from './push-conformance.ts';
import { storeConformance } from './store-conformance.ts';
import { StoreError } from '../calls/store.ts';

storeConformance('the SQLite store', async (t, rules) => SqliteStore.open(await newFile(t), rules));
pushConformance('the SQLite store', async (t) => SqliteStore.open(await newFile(t)));
apiConformance('the SQLite store', async (t) => SqliteStore.open(await newFile(t)));
callbackConformance('the SQLite store', async (t) => SqliteStore.open(await newFile(t)));
storeConformance('the store in memory', (_t, rules) => SqliteStore.open(':memory:', rules));

describe('an SQLite file', () => {
  it('keeps committed data when opened again', async (t) => {
    const file = await newFile(t);
    const call = ringing({ by: alice, to: [bob] });
    const store = await SqliteStore.open(file);
    await store.transaction((tx) => tx.saveChange({ before: null, after: call }));
    await store.close();
    const again = await SqliteStore.open(file);
    assert.deepEqual(await again.transaction((tx) => tx.call(call.callId)), call);
    await again.close();
  });

  it('accepts a second ring when it is opened again with call waiting', async (t) => {
    const file = await newFile(t);
    const ring = ringing({ by: alice, to: [bob] });
    const second = ringing({ by: carol, to: [bob] }, { callId: callId('second') });
    const without = await SqliteStore.open(file);
    await without.transaction((tx) => tx.saveChange({ before: null, after: ring }));
    await assert.rejects(
      without.transaction((tx) => tx.saveChange({ before: null, after: second })),
    );
    await without.close();
    const store = await SqliteStore.open(file, { callWaiting: true });
    await store.transaction((tx) => tx.saveChange({ before: null, after: second }));
    assert.equal((await store.transaction((tx) => tx.liveCallsOf([bob]))).length, 2);
    await store.close();
  });

  it('waits for the disk at each durable commit (F77)', async (t) => {
    const file = openSqliteFile(await newFile(t));
    t.after(() => file.close());
    const pragma = (name: string) => file.prepare(`pragma ${name}`).all([])[0];
    assert.deepEqual({ ...Object(pragma('synchronous')) }, { synchronous: 2 });
    assert.deepEqual({ ...Object(pragma('journal_mode')) }, { journal_mode: 'wal' });
    file.waitForDisk(false);
    assert.deepEqual({ ...Object(pragma('synchronous')) }, { synchronous: 1 });
    file.waitForDisk(true);
    assert.deepEqual({ ...Object(pragma('synchronous')) }, { synchronous: 2 });
  });

  it('can be read by a backup while the server runs', async (t) => {
    const file = await newFile(t);
    const store = await SqliteStore.open(file);
    t.after(() => store.close());
    const reader = new DatabaseSync(file, { readOnly: true });
    reader.exec('begin');
    assert.equal(reader.prepare('select count(*) n from calls').get()?.['n'], 0);
    await store.transaction((tx) => tx.saveServerSeenAt(1));
    reader.close();
  });

  it('locked by a backup is awaited without blocking the process', async (t) => {
    const file = await newFile(t);
    const store = await SqliteStore.open(file);
    t.after(() => store.close());
    const backup = new DatabaseSync(file);
    backup.exec('begin immediate');
    const written = store.transaction(async (tx) => {
      await tx.nextJobAt();
      await tx.saveServerSeenAt(7);
    });
    // The event loop continues while the transaction waits: SQLite's own waiting would block it.
    await new Promise((resolve) => setTimeout(resolve, 1));
    backup.exec('commit');
    backup.close();
    await written;
    assert.equal(await store.transaction((tx) => tx.serverSeenAt()), 7);
  });

  it('has one commit for transactions that wait together, each of which can fail alone', async (t) => {
    const file = await newFile(t);
    const store = await SqliteStore.open(file);
    t.after(() => store.close());
    const reader = new DatabaseSync(file, { readOnly: true });
    t.after(() => reader.close());
    const calls = [
      ringing({ by: alice, to: [bob] }),
      // Refused by the database: alice is in the first one.
      ringing({ by: alice, to: [carol] }, { callId: callId('second') }),
      ringing({ by: carol, to: [dave] }, { callId: callId('third') }),
    ];
    const committed: unknown[] = [];
    const results = await Promise.allSettled(
      calls.map((call) =>
        store.transaction(async (tx) => {
          committed.push(reader.prepare('select count(*) n from calls').get()?.['n']);
          await tx.saveChange({ before: null, after: call });
          return (await tx.liveCalls()).length;
        }),
      ),
    );
    assert.deepEqual(committed, [0, 0, 0]);
    assert.deepEqual(
      results.map((one) => (one.status === 'fulfilled' ? one.value : one.status)),
      [1, 'rejected', 2],
    );
    assert.equal((await store.transaction((tx) => tx.liveCalls())).length, 2);
  });

  it('refuses all transactions of a commit that SQLite undoes as a whole, and continues', async (t) => {
    const file = await newFile(t);
    const store = await SqliteStore.open(file);
    t.after(() => store.close());
    const other = new DatabaseSync(file);
    // As SQLite does when the disk is full.
    other.exec(`create trigger undo before insert on calls when new.call_id = '${callId('second')}'
      begin select raise(rollback, 'undone'); end`);
    const calls = [
      ringing({ by: alice, to: [bob] }),
      ringing({ by: carol, to: [dave] }, { callId: callId('second') }),
    ];
    const save = (call: (typeof calls)[number]) =>
      store.transaction((tx) => tx.saveChange({ before: null, after: call }));
    const results = await Promise.allSettled(calls.map(save));
    assert.deepEqual(
      results.map((one) => (one.status === 'rejected' ? String(one.reason) : one.status)),
      calls.map(() => 'Error: undone'),
    );
    other.exec('drop trigger undo');
    other.close();
    assert.deepEqual(await store.transaction((tx) => tx.liveCalls()), []);
    await Promise.all(calls.map(save));
    assert.equal((await store.transaction((tx) => tx.liveCalls())).length, calls.length);
  });

  it('finishes more transactions than one commit takes before it closes', async (t) => {
    const file = await newFile(t);
    const store = await SqliteStore.open(file);
    const all = Array.from({ length: 200 }, (_, index) =>
      store.transaction((tx) => tx.saveServerSeenAt(index)),
    );
    await store.close();
    await Promise.all(all);
    const again = await SqliteStore.open(file);
    assert.equal(await again.transaction((tx) => tx.serverSeenAt()), 199);
    await again.close();
  });

  it('in use by another server is refused', async (t) => {
    const file = await newFile(t);
    const store = await SqliteStore.open(file);
    await assert.rejects(SqliteStore.open(file), isStoreError(/in use by another tui-call-server/));
    await store.close();
    await (await SqliteStore.open(file)).close();
  });

  it('of a newer version is refused and left unchanged', async (t) => {
    const file = await newFile(t);
    await (await SqliteStore.open(file)).close();
    const database = new DatabaseSync(file);
    database.exec('pragma user_version = 99');
    database.close();
    const before = await fingerprint(file);
    await assert.rejects(SqliteStore.open(file), isStoreError(/newer tui-call-server/));
    assert.equal(await fingerprint(file), before);
  });

  it('that is damaged or not SQLite is refused and left unchanged', async (t) => {
    const file = await newFile(t);
    await writeFile(file, 'this is no database, and long enough to have a header'.repeat(20));
    const before = await fingerprint(file);
    await assert.rejects(SqliteStore.open(file), isStoreError(/damaged or not an SQLite file/));
    assert.equal(await fingerprint(file), before);

    const torn = await newFile(t);
    await (await SqliteStore.open(torn)).close();
    const bytes = await readFile(torn);
    bytes.fill(0xff, 4096, bytes.length - 100);
    await writeFile(torn, bytes);
    await assert.rejects(SqliteStore.open(torn), isStoreError(/damaged/));
    assert.deepEqual(await readFile(torn), bytes);
  });

  it('is readable and writable by its owner only, also one that was not', async (t) => {
    const file = await newFile(t);
    await writeFile(file, '', { mode: 0o644 });
    const store = await SqliteStore.open(file);
    t.after(() => store.close());
    await store.transaction((tx) => tx.saveServerSeenAt(1));
    for (const suffix of ['', '-wal', '-shm', '.lock']) {
      assert.equal((await stat(`${file}${suffix}`)).mode & 0o777, 0o600, suffix);
    }
  });

  it('creates its folder for its owner only, and no folder above it', async (t) => {
    const folder = join(await newFile(t), '..', 'new');
    const file = join(folder, 'calls.db');
    checkDatabaseFile(file);
    assert.equal(existsSync(folder), false);
    const store = await SqliteStore.open(file);
    t.after(() => store.close());
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    const far = join(await newFile(t), 'nowhere', 'calls.db');
    await assert.rejects(SqliteStore.open(far), isStoreError(/nowhere does not exist/));
    assert.throws(() => checkDatabaseFile(far), isStoreError(/nowhere does not exist/));
  });
});

function isStoreError(message: RegExp) {
  return (error: unknown) => error instanceof StoreError && message.test(error.message);
}

async function newFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-store-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'calls.db');
}

async function fingerprint(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
