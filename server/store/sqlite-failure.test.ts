import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureMessage } from './sqlite-failure.ts';
import type { FailureFacts } from './sqlite-failure.ts';

describe('a database that cannot be used: the message', () => {
  const facts: FailureFacts = {
    file: '/var/lib/tui-call/calls.db',
    code: null,
    message: 'the text of SQLite',
    folderExists: true,
    denied: null,
    user: 'tui-call',
  };
  const cases: readonly (readonly [string, Partial<FailureFacts>, RegExp])[] = [
    ['a missing folder', { folderExists: false }, /folder \/var\/lib\/tui-call does not exist/],
    [
      'another owner',
      { denied: { path: '/var/lib/tui-call/calls.db-wal', uid: 0, code: 'EACCES' } },
      /calls\.db-wal belongs to uid 0, and user tui-call may not/,
    ],
    [
      'a read-only disk',
      { denied: { path: '/var/lib/tui-call', uid: 0, code: 'EROFS' } },
      /\/var\/lib\/tui-call is on a read-only file system/,
    ],
    ['a disk that became read-only', { code: 8 }, /calls\.db is on a read-only file system/],
    ['a full disk', { code: 13 }, /the disk is full/],
    ['a lock', { code: 5 }, /another process has locked it/],
    ['a damaged file', { code: 11 }, /damaged .*the text of SQLite.*restore a backup/],
    ['a file of another format', { code: 26 }, /not an SQLite file/],
    ['a disk error', { code: 10 }, /the disk reports an error/],
    ['anything else', { code: 1 }, /by user tui-call: the text of SQLite/],
  ];
  for (const [name, more, message] of cases) {
    it(`names ${name}, and the path`, () => {
      const text = failureMessage({ ...facts, ...more });
      assert.match(text, message);
      assert.match(text, /the database \/var\/lib\/tui-call\/calls\.db/);
    });
  }

  it('reports only a damaged file as damaged', () => {
    const damaged = cases.filter(([, more]) =>
      /damaged/.test(failureMessage({ ...facts, ...more })),
    );
    assert.deepEqual(
      damaged.map(([name]) => name),
      ['a damaged file', 'a file of another format'],
    );
  });
});
