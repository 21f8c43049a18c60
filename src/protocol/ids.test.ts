import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, errorShape, isErrorName } from './error-code.ts';
import {
  mediaIdentity,
  parseCallId,
  parseCommandId,
  parseSessionId,
  parseUserId,
  userOfMediaIdentity,
} from './ids.ts';

test('a userId is 1 to 64 of letters, digits and _ . @ -', () => {
  for (const good of ['a', 'Bob', 'x@y.z-1_2', 'a'.repeat(64)])
    assert.equal(parseUserId(good), good);
  for (const bad of [
    '',
    'a'.repeat(65),
    'a b',
    'a:b',
    'ä',
    'a\n',
    '<b>',
    null,
    undefined,
    7,
    ['a'],
  ]) {
    assert.equal(parseUserId(bad), null);
  }
});

test('call, session and command ids are 16 to 64 of base64url', () => {
  for (const parse of [parseCallId, parseCommandId, parseSessionId]) {
    assert.equal(parse('0123456789abcdef'), '0123456789abcdef');
    assert.equal(parse('a'.repeat(15)), null);
    assert.equal(parse('a'.repeat(65)), null);
    assert.equal(parse('0123456789abcde+'), null);
    assert.equal(parse({}), null);
  }
});

test('a media identity contains its user', () => {
  const user = parseUserId('bob@x');
  const session = parseSessionId('session-0000000001');
  assert.ok(user !== null && session !== null);
  assert.equal(userOfMediaIdentity(mediaIdentity(user, session)), 'bob@x');
  assert.equal(userOfMediaIdentity('EG_some egress'), null);
});

test('each error has its own code and meaning', () => {
  const codes = Object.values(ERRORS).map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
  assert.ok(isErrorName('blocked'));
  assert.ok(!isErrorName('constructor'));
  assert.deepEqual(errorShape('blocked', 'why'), {
    code: 20007,
    name: 'blocked',
    message: 'why',
    retryable: false,
  });
});
