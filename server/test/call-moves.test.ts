import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { identityOf, startActiveCall } from '../testing/active-call.ts';
import { newCommandId } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';

describe('an active call', () => {
  it('moves to another session of a member: the new session has media access, the former one has none', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const callId = await startActiveCall(alice, phone);
    const moved = await tablet.ask('join', { callId });
    assert.equal(moved.call.self.session, 'this');
    assert.ok(moved.media);
    const view = await phone.nextView(({ self }) => self.session === 'other');
    assert.equal(view.status, 'active');
    assert.equal(await phone.refusal('media-access', { callId }), 'wrong-state');
    assert.ok((await tablet.ask('media-access', { callId })).media);
  });

  it('that moved shows no join or leave to the other members', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const callId = await startActiveCall(alice, phone);
    const before = await alice.nextView(({ status }) => status === 'active');
    await tablet.ask('join', { callId });
    const after = await alice.nextView(({ version }) => version > before.version);
    assert.deepEqual(after.members, before.members);
    assert.equal(after.roomId, before.roomId);
    assert.equal(after.mediaEpoch, before.mediaEpoch);
  });

  it('that moved removes the former session from the room', async (t) => {
    const { signIn, media } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const callId = await startActiveCall(alice, phone);
    const [room = ''] = media.rooms.keys();
    media.enter(room, identityOf('bob', phone));
    await tablet.ask('join', { callId });
    assert.ok(media.asked.includes(`removeParticipant ${identityOf('bob', phone)}`));
    assert.notEqual(identityOf('bob', phone), identityOf('bob', tablet));
  });

  it('continues on its new session when the former one closes, hangs up or is lost', async (t) => {
    const { signIn, clock } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const callId = await startActiveCall(alice, phone);
    await tablet.ask('join', { callId });
    await phone.ask('hangup', { callId });
    phone.close();
    clock.advance(60_000);
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.status, 'active');
    tablet.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    clock.advance(30_000);
    await alice.nextView(({ endReason }) => endReason === 'offline');
  });

  it('moves to the session that asked last; a repeated command does not move it back', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const callId = await startActiveCall(alice, phone);
    const id = newCommandId();
    await tablet.ask('join', { callId }, id);
    assert.ok((await phone.ask('join', { callId })).media);
    const again = await tablet.ask('join', { callId }, id);
    assert.equal(again.media, null);
    assert.equal(again.call.self.session, 'other');
  });

  it('cannot be moved by another user', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const callId = await startActiveCall(alice, bobby);
    assert.equal(await eve.refusal('join', { callId }), 'call-not-found');
    const { calls } = await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.self.session, 'this');
  });
});
