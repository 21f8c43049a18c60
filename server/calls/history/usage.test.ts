import assert from 'node:assert/strict';
import { it } from 'node:test';
import { actorOn, alice, bob } from '../../testing/people.ts';
import { decided, memberIn, ringing, T0 } from '../../testing/rule-fixtures.ts';
import { withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { accept, hangUp, hold, switchMediaType } from '../rules/index.ts';
import { durationOf, usageOf } from './usage.ts';

const talk = () => decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
const changes = (before: Call | null, after: Call, now: number) =>
  usageOf({ before, after }, now).map(({ userId, endedAt, begins }) => [userId, endedAt, begins]);

it('begins with the answer and ends with the member', () => {
  const ring = ringing({ by: alice, to: [bob] });
  assert.deepEqual(changes(null, ring, T0), []);
  const begins = { at: T0, mediaType: 'video' };
  assert.deepEqual(changes(ring, talk(), T0 + 5), [
    [alice, null, begins],
    [bob, null, begins],
  ]);
  const over = decided(hangUp(talk(), actorOn(bob), { now: T0 + 9, isGone: () => false }));
  assert.deepEqual(changes(talk(), over, T0 + 20), [
    [alice, T0 + 9, null],
    [bob, T0 + 9, null],
  ]);
});

it('is divided where the media type changes, and not by a hold', () => {
  const audio = decided(switchMediaType(talk(), 'audio', actorOn(bob)));
  const begins = { at: T0 + 7, mediaType: 'audio' };
  assert.deepEqual(changes(talk(), audio, T0 + 7), [
    [alice, T0 + 7, begins],
    [bob, T0 + 7, begins],
  ]);
  const held = decided(hold(talk(), true, actorOn(bob), { now: T0 + 1, currentCall: null }));
  assert.deepEqual(changes(talk(), held, T0 + 1), []);
});

it('ends and begins for a member who left and joined again in one change', () => {
  const previousParticipation = { outcome: 'answered', startedAt: T0, durationMs: 4 } as const;
  const again = withMember(talk(), bob, { joinedAt: T0 + 6, previousParticipation });
  assert.deepEqual(changes(talk(), again, T0 + 6), [
    [bob, T0 + 4, { at: T0 + 6, mediaType: 'video' }],
  ]);
  const left = withMember(again, bob, { status: 'left', leftAt: T0 + 10 });
  assert.equal(durationOf(memberIn(left, bob)), 8);
});
