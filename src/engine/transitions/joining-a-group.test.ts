import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answered, happens, idOf, play, pushed, wants } from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type Answer, type Command } from '../../protocol/index.ts';

/** Into the running call of a group, by the group: which call that is, only the server knows. */

const rung = ServerCall.from(ALICE, [BOB], { groupId: 'team', isGroup: true });
const talk = rung.at(1000).joins(BOB);
const withCarol = talk.at(2000).joins(CAROL);
const joinGroup = wants(1900, { type: 'join-group', groupId: 'team' });
const command: Command = { type: 'join-group', id: idOf('join-group'), groupId: 'team' };
const cancel = { type: 'cancel', callCommandId: idOf('join-group') } as const;

const entered: Answer = {
  ok: true,
  call: withCarol.seenBy(CAROL),
  media: { url: 'wss://media.test', token: 'token' },
};

describe('joinGroup()', () => {
  test('is connecting until the acknowledgement, and then in the call', () => {
    const asking = play(CAROL, joinGroup);
    assert.equal(asking.phase, 'connecting');
    const carol = play(CAROL, joinGroup, answered(2010, command, entered));
    assert.deepEqual(carol.told, ['onCallBegin(room-1, audio, callee)']);
    assert.equal(carol.state.call.phase, 'in-call');
    const asked = carol.effects.find((effect) => effect.type === 'send-command');
    assert.deepEqual(asked?.command, { type: 'join-group', groupId: 'team' });
    assert.deepEqual(
      carol.effects.find((effect) => effect.type === 'settle'),
      { type: 'settle', intentId: idOf('join-group'), outcome: { ok: true, callId: CALL } },
    );
  });

  test('accepts the call when it rings here already', () => {
    const bob = play(BOB, pushed(20, rung.seenBy(BOB)), joinGroup);
    assert.equal(bob.state.call.phase, 'answering');
    const sent = bob.effects.flatMap((one) => (one.type === 'send-command' ? [one.command] : []));
    assert.deepEqual(sent.at(-1), { type: 'accept', callId: CALL });
  });

  test('does not affect a ring of another group', () => {
    const bob = play(
      BOB,
      pushed(20, rung.seenBy(BOB)),
      wants(100, { type: 'join-group', groupId: 'other' }),
    );
    assert.equal(bob.phase, 'incoming');
    const refused = bob.effects.find((effect) => effect.type === 'settle');
    assert.ok(refused?.type === 'settle' && !refused.outcome.ok);
    assert.equal(refused.outcome.error.name, 'wrong-state');
  });

  test('returns to idle when there is no such call', () => {
    const none: Answer = { ok: false, error: errorShape('call-not-found') };
    const carol = play(CAROL, joinGroup, answered(2010, command, none));
    assert.equal(carol.phase, 'idle');
    assert.deepEqual(carol.told, []);
  });
});

describe('hanging up before the acknowledgement', () => {
  const hungUp = [joinGroup, wants(1950, { type: 'hangup' })];

  test('cancels the join by its command id, because the call is unknown', () => {
    const carol = play(CAROL, ...hungUp);
    assert.deepEqual(carol.state.pendingTerminations, [cancel]);
    assert.ok(carol.effects.some((one) => one.type === 'drop-command' && one.id === command.id));
  });

  test('ignores a crossing view that would enter the call', () => {
    const left = withCarol.at(2100).becomes(CAROL, 'left');
    const said: Command = { ...cancel, id: idOf('cancel') };
    const crossed = [...hungUp, pushed(1990, withCarol.seenBy(CAROL))];
    assert.equal(play(CAROL, ...crossed).state.call.phase, 'idle');
    const over = play(
      CAROL,
      ...crossed,
      answered(2110, said, { ok: true, call: left.seenBy(CAROL) }),
      pushed(2120, left.seenBy(CAROL)),
    );
    assert.equal(over.state.call.phase, 'idle');
    assert.deepEqual(over.told, []);
  });
});

test('a join that timed out is cancelled by its command id', () => {
  const error = errorShape('signaling-failed', 'no answer');
  const carol = play(CAROL, joinGroup, happens(20_000, { type: 'command-failed', command, error }));
  assert.equal(carol.phase, 'idle');
  assert.deepEqual(carol.state.pendingTerminations, [cancel]);
});
