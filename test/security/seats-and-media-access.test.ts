import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newCommandId } from '../../server/testing/test-client.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { SYNC } from './support/commands.ts';

/** Only the session that called or answered gets the seat and media access. */

describe('malicious commands in calls', () => {
  it('H44: a caller who accepts for the callee changes nothing: the callee continues to ring', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    const forged = { type: 'accept', id: newCommandId(), callId: call.callId };
    const answer = (await alice.raw({ ...forged, userId: 'bob', actor: 'bob' })) as {
      call: { status: string; version: number };
    };
    assert.deepEqual([answer.call.status, answer.call.version], ['ringing', 1]);
    const { call: joined } = await alice.ask('join', { callId: call.callId });
    assert.deepEqual([joined.status, joined.version], ['ringing', 1]);
    await bob.ask('sync', SYNC);
    assert.deepEqual(bob.receivedSummary(), ['welcome', 'ringing']);
  });

  it('H45: only the caller gets media access before the answer', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const otherDevice = await signIn('alice');
    const { call } = await alice.call(['bob']);
    const early = { callId: call.callId };
    assert.equal(await bob.refusal('media-access', early), 'wrong-state');
    assert.equal(await otherDevice.refusal('media-access', early), 'wrong-state');
    const view = await bob.nextView(({ callId: seen }) => seen === call.callId);
    assert.equal(view.roomId, '', 'a ringing callee gets no room name');
    // The caller waits in the room alone, so that media connects at once after the answer.
    assert.ok((await alice.ask('media-access', early)).media.token);
  });

  it('H46: a switch to video only notifies the callee, whose seat and session do not change', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const { call } = await alice.call(['bob'], { mediaType: 'audio' });
    const { callId: id } = call;
    const early = { callId: id, mediaType: 'video' } as const;
    assert.equal(await eve.refusal('switch-media-type', early), 'call-not-found');
    await bob.ask('accept', { callId: id });
    await alice.ask('switch-media-type', early);
    const seen = await bob.nextView(({ mediaType }) => mediaType === 'video');
    assert.equal(seen.self.session, 'this');
    assert.equal(seen.status, 'active');
  });

  it('H47: the loser of two accepts gets no media access, whatever command it repeats', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, first, second] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('bob'),
    ];
    const { call } = await alice.call(['bob']);
    const ask = { callId: call.callId };
    const id = newCommandId();
    const [won, lost] = [await first.ask('accept', ask), await second.ask('accept', ask, id)];
    assert.ok(won.media);
    assert.equal(lost.media, null);
    assert.equal((await second.ask('accept', ask, id)).media, null);
    assert.equal((await second.ask('accept', ask)).media, null);
    assert.equal(await second.refusal('media-access', ask), 'wrong-state');
  });

  it('H48: a callee who rejected gets no media access', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob, carol] = [await signIn('alice'), await signIn('bob'), await signIn('carol')];
    const { call } = await alice.call(['bob', 'carol']);
    const ask = { callId: call.callId };
    await carol.ask('accept', ask);
    await bob.ask('reject', ask);
    assert.equal(await bob.refusal('media-access', ask), 'wrong-state');
    assert.equal((await bob.ask('accept', ask)).media, null);
    assert.equal((await bob.ask('reject', ask)).call.roomId, '');
  });
});
