import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UserId } from '../../../src/protocol/index.ts';
import { alice, bob, carol, actorOn } from '../../testing/people.ts';
import { memberStatuses, decided, ending, ringing, T0 } from '../../testing/rule-fixtures.ts';
import { accept, endWithoutSignalling, invite, updatePresence } from './index.ts';
import type { Call } from '../model/call.ts';

const MEDIA_ONLY_MS = 300_000;
const MEDIA_ONLY = { signalling: false, media: 'here', leaving: false } as const;

describe('a call without signalling', () => {
  it('continues for some minutes with media only, then ends as of the time the last member was seen', () => {
    const call = ghosts();
    assert.equal(look(call, T0 + 2000 + MEDIA_ONLY_MS - 1), call);
    const over = look(call, T0 + 2000 + MEDIA_ONLY_MS);
    assert.equal(memberStatuses(over), 'alice:offline bob:offline');
    assert.deepEqual(ending(over), {
      status: 'ended',
      endReason: 'offline',
      endedBy: null,
      endedAt: T0 + 2000,
    });
    assert.deepEqual(
      over.members.map(({ leftAt }) => leftAt),
      [T0 + 1000, T0 + 2000],
    );
    assert.equal(over.version, call.version + 1);
  });

  it('continues while one member has signalling, also on hold', () => {
    const call = ghosts();
    for (const who of [alice, bob]) assert.equal(look(call, T0 + 9 * MEDIA_ONLY_MS, [who]), call);
    const members = call.members.map((one) => ({ ...one, held: one.userId === bob }));
    const held = { ...call, members };
    assert.equal(look(held, T0 + 9 * MEDIA_ONLY_MS, [bob]), held);
  });

  it('gets the whole time again after a restart', () => {
    const call = ghosts();
    const serverUpAt = T0 + 5 * MEDIA_ONLY_MS;
    assert.equal(look(call, serverUpAt + MEDIA_ONLY_MS - 1, [], serverUpAt), call);
    const over = look(call, serverUpAt + MEDIA_ONLY_MS, [], serverUpAt);
    assert.equal(ending(over).endedAt, T0 + 2000);
  });

  it('also ends pending invitations', () => {
    const ask = { userIds: [carol], timeout: 0 };
    const context = {
      now: T0,
      maxMembers: 9,
      isBusy: () => false,
      hasBlocked: () => false,
      profileOf: () => ({ nickname: '', avatar: '' }),
    };
    const call = [alice, bob].reduce(
      (next, one) => updatePresence(next, one, MEDIA_ONLY, T0 + 1000),
      decided(invite(running(), ask, actorOn(alice), context)),
    );
    assert.equal(
      memberStatuses(look(call, T0 + 1000 + MEDIA_ONLY_MS)),
      'alice:offline bob:offline carol:cancelled',
    );
  });

  it('ends if it rings without a limit and its caller has media only', () => {
    const call = updatePresence(
      ringing({ by: alice, to: [bob], timeout: 0 }),
      alice,
      MEDIA_ONLY,
      T0 + 1,
    );
    const over = look(call, T0 + 1 + MEDIA_ONLY_MS);
    assert.equal(memberStatuses(over), 'alice:offline bob:cancelled');
    assert.equal(ending(over).endReason, 'offline');
  });

  it('stays ended', () => {
    const over = look(ghosts(), T0 + 9 * MEDIA_ONLY_MS);
    assert.equal(look(over, T0 + 99 * MEDIA_ONLY_MS), over);
  });
});

/** Alice loses signalling first, then Bob; LiveKit lists both. */
function ghosts(): Call {
  const one = updatePresence(running(), alice, MEDIA_ONLY, T0 + 1000);
  return updatePresence(one, bob, MEDIA_ONLY, T0 + 2000);
}

function running(): Call {
  return decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
}

function look(call: Call, now: number, signalled: readonly UserId[] = [], serverUpAt = 0): Call {
  const hasSignalling = ({ userId }: { userId: UserId }) => signalled.includes(userId);
  return endWithoutSignalling(call, { now, serverUpAt, timeoutMs: MEDIA_ONLY_MS, hasSignalling });
}
