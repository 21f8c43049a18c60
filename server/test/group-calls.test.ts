import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallView } from '../../src/protocol/index.ts';
import { bob, carol, dave, erin } from '../testing/people.ts';
import { callFields, newCommandId } from '../testing/test-client.ts';
import type { TestClient } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

/** Calls with more than two members, over real sockets: the messages of the server to each session. */

describe('a group call', () => {
  it('that every invited user rejects is rejected (F103)', async (t) => {
    const [alice, bobby, carly] = await people(t);
    const { call } = await alice.call(['bob', 'carol']);
    await bobby.ask('reject', { callId: call.callId });
    const between = await alice.nextView((view) => statusOf(view, 'bob') === 'rejected');
    assert.equal(between.status, 'ringing');
    await carly.ask('reject', { callId: call.callId });
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'rejected');
  });

  it('with mixed results ends with the last of them as no-response, and keeps each member’s result (F103)', async (t) => {
    const [alice, bobby, , daisy, { clock, signIn }] = await people(t);
    const other = await signIn('erin');
    await other.call(['dave']);
    await daisy.nextView(({ status }) => status === 'ringing');
    const { call } = await alice.call(['bob', 'carol', 'dave'], { timeout: 10 });
    await bobby.ask('reject', { callId: call.callId });
    clock.advance(10_000);
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'no-response');
    assert.equal(usersOf(over), 'alice:left bob:rejected carol:no-response dave:busy');
  });

  it('that a ringing user joins by another path stops their ring (F104)', async (t) => {
    const [alice, bobby, , , { signIn }] = await people(t);
    const [phone, tablet] = [await signIn('dave', {}, TEAM), await signIn('dave', {}, TEAM)];
    const { call } = await alice.call(['bob', 'dave'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    await tablet.nextView(({ self }) => self.ringRemainingMs !== null);
    const joined = await phone.ask('join-group', { groupId: 'team' });
    assert.equal(joined.call.callId, call.callId);
    assert.ok(joined.media);
    const view = await tablet.nextView((view) => statusOf(view, 'dave') === 'joined');
    assert.equal(view.self.session, 'other');
    assert.equal(view.self.ringRemainingMs, null);
  });

  it('whose caller leaves before any answer is cancelled for all (F105)', async (t) => {
    const [alice, bobby, carly] = await people(t);
    const { call } = await alice.call(['bob', 'carol']);
    await alice.ask('hangup', { callId: call.callId });
    for (const client of [bobby, carly]) {
      const over = await client.nextView(({ status }) => status === 'ended');
      assert.equal(over.endReason, 'cancelled');
      assert.equal(usersOf(over), 'alice:left bob:cancelled carol:cancelled');
    }
  });

  it('continues to ring an invited user when the inviting member leaves (F105)', async (t) => {
    const [alice, bobby, carly] = await people(t);
    const callId = await running(alice, bobby);
    await bobby.ask('invite', { callId, userIds: [carol], timeout: 30 });
    await bobby.ask('hangup', { callId });
    const rung = await carly.nextView((view) => statusOf(view, 'bob') === 'left');
    assert.equal(rung.status, 'active');
    assert.ok(rung.self.ringRemainingMs);
    assert.ok((await carly.ask('accept', { callId })).media);
  });

  it('cannot be cancelled by a ringing callee: that is their own rejection (F106)', async (t) => {
    const [alice, bobby, carly] = await people(t);
    const callCommandId = newCommandId();
    const { call } = await alice.call(['bob', 'carol'], {}, callCommandId);
    const none = await bobby.ask('cancel', { callCommandId });
    assert.equal(none.call, null);
    await bobby.ask('hangup', { callId: call.callId });
    const rung = await carly.nextView((view) => statusOf(view, 'bob') === 'rejected');
    assert.equal(rung.status, 'ringing');
    assert.equal(statusOf(rung, 'carol'), 'ringing');
  });

  it('whose end crosses an invitation leaves no ring (F107)', async (t) => {
    const [alice, bobby, carly] = await people(t);
    const callId = await running(alice, bobby);
    const [, invited] = await Promise.all([
      alice.ask('hangup', { callId }),
      bobby.ask('invite', { callId, userIds: [carol], timeout: 30 }),
    ]);
    const over = await bobby.nextView(({ status }) => status === 'ended' || invited.call.isGroup);
    await carly.ask('sync', { knownCallIds: [], missedSince: null });
    if (invited.call.status === 'ended') {
      assert.deepEqual(carly.receivedSummary(), ['welcome']);
      assert.equal(over.endReason, 'hangup');
    } else {
      // The invitation came first: the remaining member waits for its answer.
      await bobby.ask('hangup', { callId });
      const stopped = await carly.nextView(({ status }) => status === 'ended');
      assert.equal(statusOf(stopped, 'carol'), 'cancelled');
    }
  });

  it('with one place left admits one of two users who join at once (F108)', async (t) => {
    const [alice, bobby, , , { signIn }] = await people(t, { maxMembers: 3 });
    const two = [await signIn('erin', {}, TEAM), await signIn('frank', {}, TEAM)];
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    const answers = await Promise.all(two.map((one) => one.send('join', { callId: call.callId })));
    const refused = answers.flatMap((one) => (one.ok ? [] : [one.error.name]));
    assert.deepEqual(refused, ['call-full']);
    const now = await current(alice);
    assert.equal(now.members.filter(({ status }) => status === 'joined').length, 3);
  });

  it('continues with one member while an invitation is pending, and ends with the invitation', async (t) => {
    const [alice, bobby, carly, , { clock }] = await people(t);
    const callId = await running(alice, bobby);
    await alice.ask('invite', { callId, userIds: [carol], timeout: 20 });
    await bobby.ask('hangup', { callId });
    const waiting = await alice.nextView((view) => statusOf(view, 'bob') === 'left');
    assert.equal(waiting.status, 'active');
    clock.advance(20_000);
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(usersOf(over), 'alice:left bob:left carol:no-response');
    const { missed } = await carly.nextMessage('call-missed');
    assert.equal(missed.reason, 'no-response');
  });

  it('whose last but one member leaves as another joins continues or ends, and leaves no room behind (F109)', async (t) => {
    const [alice, bobby, daisy, { media, clock }] = await team(t);
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    const { callId } = call;
    await bobby.ask('accept', { callId });
    // The order of the two depends on the network: each order has one right result.
    const [, joined] = await Promise.all([
      bobby.ask('hangup', { callId }),
      daisy.send('join', { callId }),
    ]);
    const view = await current(alice);
    if (joined.ok) {
      assert.equal(usersOf(view), 'alice:joined bob:left dave:joined');
      await alice.ask('hangup', { callId });
    } else {
      assert.equal(joined.error.name, 'call-not-found');
      assert.equal(usersOf(view), 'alice:left bob:left');
    }
    const deleted = media.rooms.size === 0 ? Promise.resolve() : media.next('deleteRoom');
    clock.advance(0);
    await deleted;
    assert.equal(media.rooms.size, 0);
  });

  it('is one call when two users of a group start one at once, and rings each user once (F110)', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice', {}, TEAM);
    const bobby = await signIn('bob', {}, TEAM);
    const carly = await signIn('carol', {}, TEAM);
    const daisy = await signIn('dave', {}, TEAM);
    const [one, two] = await Promise.all([
      alice.call(['carol', 'dave'], { groupId: 'team' }),
      bobby.call(['carol', 'dave'], { groupId: 'team' }),
    ]);
    assert.equal(one.call.callId, two.call.callId);
    const begun = await alice.nextView(({ status }) => status === 'active');
    assert.equal(usersOf(begun), 'alice:joined carol:ringing dave:ringing bob:joined');
    for (const client of [carly, daisy]) {
      await client.nextView(({ status }) => status === 'active');
      const rings = client.received.flatMap((one) =>
        one.type === 'call-changed'
          ? one.call.members.filter(({ userId }) => userId === one.call.self.userId)
          : [],
      );
      assert.equal(new Set(rings.map(({ invitedVersion }) => invitedVersion)).size, 1);
    }
  });

  it('whose caller does not belong to its group is not found by the group', async (t) => {
    const { signIn } = await testServer(t);
    const eve = await signIn('eve');
    const bobby = await signIn('bob', {}, TEAM);
    const carly = await signIn('carol', {}, TEAM);
    const { call } = await eve.call(['bob'], { groupId: 'team' });
    assert.equal(await carly.refusal('join-group', { groupId: 'team' }), 'call-not-found');
    const own = await carly.call(['dave'], { groupId: 'team' });
    assert.notEqual(own.call.callId, call.callId);
    // A user who is rung needs no proof of membership.
    const joined = await bobby.ask('join-group', { groupId: 'team' });
    assert.equal(joined.call.callId, call.callId);
  });
});

describe('joining by the group', () => {
  it('finds the group’s live call', async (t) => {
    const [alice, bobby, daisy] = await team(t);
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    const joined = await daisy.ask('join-group', { groupId: 'team' });
    assert.equal(joined.call.callId, call.callId);
    assert.ok(joined.media);
    await alice.nextView((view) => statusOf(view, 'dave') === 'joined');
  });

  it('fails for a non-member of the group like for a group without a call', async (t) => {
    const [alice, bobby, daisy, { signIn }] = await team(t);
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    const eve = await signIn('eve', {}, { groups: ['other'] });
    assert.deepEqual(
      await eve.send('join-group', { groupId: 'team' }),
      await eve.send('join-group', { groupId: 'other' }),
    );
    assert.equal(await eve.refusal('join-group', { groupId: 'team' }), 'call-not-found');
    assert.equal(await daisy.refusal('join-group', { groupId: 'other' }), 'call-not-found');
  });

  it('repeated joins once; a cancel that arrives first prevents the join, and a later one leaves the call', async (t) => {
    const [alice, bobby, daisy] = await team(t);
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    const early = newCommandId();
    assert.equal((await daisy.ask('cancel', { callCommandId: early })).call, null);
    assert.equal(await daisy.refusal('join-group', { groupId: 'team' }, early), 'wrong-state');
    const id = newCommandId();
    const once = await daisy.ask('join-group', { groupId: 'team' }, id);
    const twice = await daisy.ask('join-group', { groupId: 'team' }, id);
    assert.equal(twice.call.version, once.call.version);
    const left = await daisy.ask('cancel', { callCommandId: id });
    assert.ok(left.call);
    assert.equal(usersOf(left.call), 'alice:joined bob:joined dave:left');
  });

  it('requires a free place and a user who is in no other call', async (t) => {
    const [alice, bobby, daisy, { signIn }] = await team(t, { maxMembers: 2 });
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    assert.equal(await daisy.refusal('join-group', { groupId: 'team' }), 'call-full');
    await daisy.call(['erin']);
    assert.equal(await daisy.refusal('join-group', { groupId: 'team' }), 'wrong-state');
    assert.equal(
      await (await signIn('x')).refusal('join-group', { groupId: '' }),
      'invalid-parameter',
    );
  });
});

describe('the limit of members', () => {
  it('counts joined and ringing members, not those who have left or rejected', async (t) => {
    const [alice, bobby, carly] = await people(t, { maxMembers: 3 });
    const callId = await running(alice, bobby);
    await alice.ask('invite', { callId, userIds: [carol], timeout: 30 });
    const dave = { callId, userIds: [erin], timeout: 30 };
    assert.equal(await alice.refusal('invite', dave), 'call-full');
    await carly.ask('reject', { callId });
    assert.equal(await alice.refusal('invite', dave), null);
  });

  it('has its own error, for a call and for an invitation', async (t) => {
    const [alice, bobby] = await people(t, { maxMembers: 3 });
    const many = await alice.send('call', callFields(['bob', 'carol', 'dave']));
    assert.ok(!many.ok);
    assert.equal(many.error.name, 'call-full');
    const callId = await running(alice, bobby);
    const two = { callId, userIds: [carol, dave], timeout: 30 };
    assert.equal(await bobby.refusal('invite', two), 'call-full');
  });
});

const TEAM = { groups: ['team'] };

type Settings = Parameters<typeof testServer>[1];
type Context = Parameters<typeof testServer>[0];

/** alice, bob, carol, dave, each on one device, and their server. */
async function people(
  t: Context,
  config: Settings = {},
): Promise<[TestClient, TestClient, TestClient, TestClient, TestServer]> {
  const server = await testServer(t, config);
  const { signIn } = server;
  return [
    await signIn('alice'),
    await signIn('bob'),
    await signIn('carol'),
    await signIn('dave'),
    server,
  ];
}

/** alice, bob and dave, all of the group `team`. */
async function team(
  t: Context,
  config: Settings = {},
): Promise<[TestClient, TestClient, TestClient, TestServer]> {
  const server = await testServer(t, config);
  const one = (name: string) => server.signIn(name, {}, TEAM);
  return [await one('alice'), await one('bob'), await one('dave'), server];
}

async function running(caller: TestClient, callee: TestClient) {
  const { call } = await caller.call([bob]);
  await callee.ask('accept', { callId: call.callId });
  return call.callId;
}

/** The newest view of the one call this user was in. */
async function current(client: TestClient): Promise<CallView> {
  const known = client.received.flatMap((one) => (one.type === 'call-changed' ? [one.call] : []));
  const { calls } = await client.ask('sync', {
    knownCallIds: known.map(({ callId }) => callId),
    missedSince: null,
  });
  const [call] = calls;
  assert.ok(call);
  return call;
}

function statusOf({ members }: CallView, name: string) {
  return members.find(({ userId }) => userId === name)?.status;
}

function usersOf({ members }: CallView): string {
  return members.map(({ userId, status }) => `${userId}:${status}`).join(' ');
}
