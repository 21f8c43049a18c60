import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ALICE, BOB, CALL, ServerCall } from '../../test/fakes/views.ts';
import {
  decodeAnswer,
  decodeCall,
  decodeRefusal,
  decodeServerMessage,
  ProtocolError,
} from './decode.ts';
import { errorShape } from './error-code.ts';
import type { CommandType } from './command.ts';

const wire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const call = ServerCall.from(ALICE, [BOB], { userData: '{"order":7}' })
  .at(2000)
  .joins(BOB)
  .seenBy(BOB);
const missed = {
  seq: 3,
  callId: CALL,
  callerId: ALICE,
  callerNickname: 'Alice',
  callerAvatar: '',
  mediaType: 'video',
  groupId: '',
  reason: 'cancelled',
  at: 1,
};

const COMMANDS: readonly CommandType[] = [
  'call',
  'cancel',
  'accept',
  'reject',
  'hangup',
  'invite',
  'join',
  'switch-media-type',
  'alerted',
  'media-access',
  'sync',
  'renew-user-sig',
  'set-self-info',
];

describe('a call view', () => {
  test('is decoded as it was sent', () => {
    assert.deepEqual(decodeCall(wire(call)), call);
    const over = ServerCall.from(ALICE, [BOB]).ends('cancelled', ALICE).seenBy(BOB);
    assert.deepEqual(decodeCall(wire(over)), over);
  });

  test('loses unknown fields (F92)', () => {
    const newer = { ...call, mood: 'fine', self: { ...call.self, mood: 'fine' } };
    assert.deepEqual(decodeCall(wire(newer)), call);
  });

  test('is refused with the name of any field that is missing', () => {
    for (const field of Object.keys(call)) {
      const broken = Object.fromEntries(Object.entries(call).filter(([key]) => key !== field));
      assert.throws(
        () => decodeCall(broken),
        (error: Error) => {
          assert.ok(error instanceof ProtocolError);
          return error.message.includes(field);
        },
      );
    }
  });

  test('says which member the back end has muted, and nothing else about it', () => {
    const [first] = call.members;
    const mutedOf = (member: object) => {
      const [{ audioMuted, videoMuted } = {}] = decodeCall({ ...call, members: [member] }).members;
      return [audioMuted, videoMuted];
    };
    assert.deepEqual(mutedOf({ ...first, audioMuted: true }), [true, undefined]);
    assert.deepEqual(mutedOf({ ...first, audioMuted: 'x', videoMuted: false }), [
      undefined,
      undefined,
    ]);
  });

  test('is refused with the name of any member’s field that is missing', () => {
    const [first] = call.members;
    assert.ok(first);
    for (const field of Object.keys(first)) {
      const broken = Object.fromEntries(Object.entries(first).filter(([key]) => key !== field));
      assert.throws(() => decodeCall({ ...call, members: [broken] }), new RegExp(field));
    }
  });

  test('is refused with a value outside the list', () => {
    assert.throws(() => decodeCall({ ...call, status: 'frozen' }), /status/);
    assert.throws(() => decodeCall({ ...call, endReason: 'bored' }), /endReason/);
    assert.throws(() => decodeCall({ ...call, callId: '<script>' }), /callId/);
    assert.throws(() => decodeCall({ ...call, callerId: 'a b' }), /callerId/);
    assert.throws(() => decodeCall({ ...call, version: Number.NaN }), /version/);
    assert.throws(() => decodeCall({ ...call, members: 'all' }), /members/);
  });
});

describe('a server message', () => {
  const welcome = {
    type: 'welcome',
    userId: BOB,
    sessionId: 'session-0000000001',
    nickname: '',
    avatar: '',
    serverNow: 1,
    userSigExpiresInMs: 2,
    mediaUrl: 'wss://media.test',
    vapidKey: 'key',
  };

  test('of each type is decoded as it was sent', () => {
    const messages = [
      welcome,
      { type: 'call-changed', call },
      { type: 'call-missed', missed },
      { type: 'user-sig-expiring', inMs: 300_000 },
      { type: 'user-sig-expired' },
      { type: 'kicked-offline', reason: 'newer-session' },
    ];
    for (const message of messages) assert.deepEqual(decodeServerMessage(wire(message)), message);
  });

  test('of an unknown type is null', () => {
    assert.equal(decodeServerMessage({ type: 'call-recorded' }), null);
    assert.equal(decodeServerMessage({}), null);
  });

  test('with a missing field is refused', () => {
    assert.throws(() => decodeServerMessage({ ...welcome, sessionId: 'short' }), /sessionId/);
    assert.throws(() => decodeServerMessage({ type: 'call-changed' }), /call is not an object/);
    assert.throws(() => decodeServerMessage({ type: 'kicked-offline', reason: 'x' }), /reason/);
    for (const frame of [null, 'text', 7, [], undefined]) {
      assert.throws(() => decodeServerMessage(frame), ProtocolError);
    }
  });
});

describe('an acknowledgement', () => {
  const media = { url: 'wss://media.test', token: 'token' };

  test('of each command is decoded as it was sent', () => {
    const answers: Partial<Record<CommandType, object>> = {
      cancel: { call: null },
      accept: { call, media },
      join: { call, media: null },
      'media-access': { media },
      'media-failed': {},
      'report-quality': {},
      sync: { calls: [call], missed: [missed], missedSeq: 3 },
      'renew-user-sig': { userSigExpiresInMs: 5 },
      'set-self-info': { nickname: 'B', avatar: '' },
    };
    for (const type of COMMANDS) {
      const answer = { ok: true, ...(answers[type] ?? { call }) };
      assert.deepEqual(decodeAnswer(type, wire(answer)), answer);
    }
  });

  test('with an error takes code and retryable from the table', () => {
    const error = { ...errorShape('call-full', 'no seat'), retryable: true };
    assert.deepEqual(decodeAnswer('join', { ok: false, error }), {
      ok: false,
      error: errorShape('call-full', 'no seat'),
    });
  });

  test('with an unknown error keeps its code', () => {
    const error = { name: 'moon-phase', code: 101_999, message: 'full', retryable: false };
    const answer = decodeAnswer('join', { ok: false, error });
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, 101_999);
    assert.equal(answer.error.name, 'internal-error');
  });

  test('without a result is refused', () => {
    for (const type of COMMANDS) {
      for (const frame of [null, {}, { ok: true }, { ok: false }, { ok: 'yes' }]) {
        assert.throws(() => decodeAnswer(type, frame), ProtocolError);
      }
    }
  });
});

test('the error of a refused handshake is decoded only if it is in the table', () => {
  assert.deepEqual(
    decodeRefusal(wire(errorShape('user-sig-expired'))),
    errorShape('user-sig-expired'),
  );
  assert.equal(decodeRefusal({ name: 'toString', message: 'x' }), null);
  assert.equal(decodeRefusal({ name: 'user-sig-expired' }), null);
  assert.equal(decodeRefusal(null), null);
});

test('any value is decoded or throws a ProtocolError', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...COMMANDS), (value, type) => {
      for (const decode of [
        decodeCall,
        decodeServerMessage,
        (v: unknown) => decodeAnswer(type, v),
      ]) {
        try {
          decode(value);
        } catch (error) {
          assert.ok(error instanceof ProtocolError);
        }
      }
    }),
  );
});

test('a view with one changed value is decoded or throws a ProtocolError', () => {
  const keys = Object.keys(call);
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      try {
        decodeCall({ ...call, [key]: value });
      } catch (error) {
        assert.ok(error instanceof ProtocolError);
      }
    }),
  );
});
