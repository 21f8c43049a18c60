import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { SqliteStore } from '../../server/store/sqlite-store.ts';
import { FaultWorld } from './support/fault-world.ts';

/** Effects of a full disk and of a database file on the call server. */

const world = await FaultWorld.start();
after(() => world.stop());

test('F75 an accept on a full disk fails, the ring continues, and a later accept succeeds', async (t) => {
  const caller = await world.user('f75-a');
  const callee = await world.user('f75-b');
  const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
  await callee.phase('incoming');
  await caller.until('ringing there', ({ members }) => members.some(({ alerted }) => alerted));
  assert.equal((await ready()).status, 200);
  diskIsFull(t);
  await assert.rejects(callee.engine.accept(), { name: 'internal-error', retryable: true });
  assert.equal(world.record(callId).status, 'ringing');
  assert.deepEqual([caller.state.phase, callee.state.phase], ['outgoing', 'incoming']);
  const answer = await ready();
  assert.equal(answer.status, 503);
  assert.equal(((await answer.json()) as { database: boolean }).database, false);
  filesMayGrowTo('unlimited');
  await callee.engine.accept();
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  assert.equal((await ready()).status, 200);
  assert.equal(world.record(callId).status, 'active');
  await caller.engine.hangup();
  await callee.phase('ended');
});

test('F75 a ring whose deadline falls on a full disk ends at that time as soon as there is space', async (t) => {
  const caller = await world.user('f75-c');
  const callee = await world.user('f75-d');
  const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout: 2 });
  await callee.phase('incoming');
  await caller.until('ringing there', ({ members }) => members.some(({ alerted }) => alerted));
  const deadline = world.record(callId).members[1]?.ringUntil;
  diskIsFull(t);
  await callee.phase('ended');
  assert.equal(world.record(callId).status, 'ringing');
  filesMayGrowTo('unlimited');
  await caller.phase('ended', 30_000);
  assert.deepEqual(
    [world.record(callId).endReason, world.record(callId).endedAt],
    ['no-response', deadline],
  );
});

test('F76 commands wait for a database that a backup locks, and none is lost', async () => {
  const caller = await world.user('f76-a');
  const callee = await world.user('f76-b');
  const backup = new DatabaseSync(world.server.databaseFile);
  backup.exec('begin immediate');
  const calling = caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
  // Its first attempt has been waiting for some time by then.
  const unlock = setTimeout(() => backup.exec('commit'), 1500);
  const { callId } = await calling;
  clearTimeout(unlock);
  backup.close();
  await callee.phase('incoming');
  assert.equal(world.record(callId).status, 'ringing');
  await callee.engine.reject();
  await caller.phase('ended');
  assert.equal(world.record(callId).endReason, 'rejected');
});

test('F78 the server refuses a newer or damaged database with exit code 1 and leaves it unchanged', async () => {
  const file = world.server.databaseFile;
  await world.server.terminate();
  const good = readFileSync(file);
  const database = new DatabaseSync(file);
  database.exec('pragma user_version = 99');
  database.close();
  assert.match(await refusal(), /newer tui-call-server/);
  const torn = Buffer.from(good);
  torn.fill(0xff, 4096, torn.length - 100);
  writeFileSync(file, torn);
  assert.match(await refusal(), /damaged/);
  writeFileSync(file, good);
  await world.server.start();
  assert.equal((await ready()).status, 200);
});

test('a kill at any step of creating the tables leaves the schema complete or absent', async () => {
  const folder = world.server.folder;
  const kills = 50;
  const steps = await migration(join(folder, 'whole.db'), Infinity);
  const whole = schema(join(folder, 'whole.db'));
  assert.ok(steps > kills, `${steps} steps`);
  let between = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const file = join(folder, `killed-${kill}.db`);
    // From the first step to the last one, which comes after the commit.
    await migration(file, Math.floor(((steps - 1) * kill) / (kills - 1)));
    const found = schema(file);
    assert.ok(found.tables === 0 || found.sql === whole.sql, `killed at step ${kill}`);
    if (found.tables === 0) between += 1;
    await (await SqliteStore.open(file)).close();
    assert.equal(schema(file).sql, whole.sql);
  }
  // Some kills were before the commit and some after it; otherwise the steps did not span the migration.
  assert.ok(between > 0 && between < kills, `${between} of ${kills} before the commit`);
});

/** Opens a database in its own process and kills it after this many steps; returns how many steps it took. */
async function migration(file: string, killedAfter: number): Promise<number> {
  const main = join(import.meta.dirname, 'support', 'open-database.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, file, String(killedAfter)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  assert.deepEqual([code, signal], Number.isFinite(killedAfter) ? [null, 'SIGKILL'] : [0, null]);
  return Number(output);
}

function schema(file: string) {
  if (!existsSync(file)) return { tables: 0, sql: '' };
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const ours = "name not like 'kysely%' and name not like 'sqlite%'";
    const rows = database
      .prepare(`select name, sql from sqlite_master where ${ours} order by name`)
      .all();
    const version = database.prepare('pragma user_version').get();
    return { tables: rows.length, sql: JSON.stringify([version, rows]) };
  } finally {
    database.close();
  }
}

function diskIsFull(t: TestContext): void {
  filesMayGrowTo('0');
  t.after(() => filesMayGrowTo('unlimited'));
}

/** Sets the file size limit of the server process: it simulates a full disk for this process alone. */
function filesMayGrowTo(bytes: string): void {
  execFileSync('prlimit', ['--pid', String(world.server.pid), `--fsize=${bytes}:unlimited`]);
}

function ready(): Promise<Response> {
  return fetch(`${world.server.url}/ready`);
}

/** The output of a process that does not start; the database is unchanged. */
async function refusal(): Promise<string> {
  const before = readFileSync(world.server.databaseFile);
  const child = world.server.launch();
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 1);
  assert.ok(!complaint.includes('    at '), complaint);
  assert.deepEqual(readFileSync(world.server.databaseFile), before);
  return complaint;
}
