import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { Kysely } from 'kysely';
import { migrate } from './migrations.ts';
import { compileOnce } from './compile-once.ts';
import type { Schema, UserRow } from './schema.ts';
import { TransactionalSqliteDialect } from './sqlite-dialect.ts';
import { openSqliteFile } from './sqlite-file.ts';

const ALICE = { user_id: 'alice', nickname: 'Alice', avatar: '' };
const BOB = { user_id: 'bob', nickname: 'Bob', avatar: 'b.png' };

it('a statement is compiled once per length of its lists, and binds the values of each call', async (t) => {
  const db = await memory(t);
  await db.insertInto('users').values([ALICE, BOB]).execute();
  let built = 0;
  const named = compileOnce(
    (to, { ids, nickname }: { ids: readonly string[]; nickname: string }) => {
      built += 1;
      const named = to
        .selectFrom('users')
        .select('user_id')
        .where('user_id', 'in', [...ids]);
      return named.where('nickname', '=', nickname);
    },
  );
  const found = (ids: readonly string[], nickname: string) =>
    db.transaction().execute(async (tx) => {
      const { rows } = await named(tx, { ids, nickname });
      return rows.map((row) => row.user_id);
    });

  assert.deepEqual(await found(['alice'], 'Alice'), ['alice']);
  assert.deepEqual(await found(['bob'], 'Alice'), []);
  assert.deepEqual(await found(['bob'], 'Bob'), ['bob']);
  assert.equal(built, 1);
  assert.deepEqual(await found(['alice', 'bob'], 'Bob'), ['bob']);
  assert.deepEqual(await found(['bob', 'carol'], 'Bob'), ['bob']);
  assert.equal(built, 2);
});

it('a row is written by its field names, in any order', async (t) => {
  const db = await memory(t);
  const insert = compileOnce((to, row: { [K in keyof UserRow]: string }) =>
    to.insertInto('users').values(row),
  );
  await insert(db, ALICE);
  const { user_id, nickname, avatar } = BOB;
  await insert(db, { avatar, nickname, user_id });
  assert.deepEqual(await users(db), [ALICE, BOB]);
});

it('a value is always bound, also if it could be SQL or occurs in the statement', async (t) => {
  const db = await memory(t);
  const insert = compileOnce((to, nickname: string) =>
    to.insertInto('users').values({ user_id: `'; drop table users`, nickname, avatar: 'x' }),
  );
  await insert(db, `?, ?); delete from users`);
  assert.deepEqual(await users(db), [
    { user_id: `'; drop table users`, nickname: `?, ?); delete from users`, avatar: 'x' },
  ]);
});

async function users(db: Kysely<Schema>) {
  const columns = ['user_id', 'nickname', 'avatar'] as const;
  const rows = await db.selectFrom('users').select(columns).execute();
  return rows.map((row) => ({ ...row }));
}

async function memory(t: TestContext): Promise<Kysely<Schema>> {
  const db = new Kysely<Schema>({
    dialect: new TransactionalSqliteDialect(openSqliteFile(':memory:')),
  });
  t.after(() => db.destroy());
  await migrate(db);
  return db;
}
