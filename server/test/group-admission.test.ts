import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startActiveCall } from '../testing/active-call.ts';
import { testServer } from '../testing/test-server.ts';
import { carol, user } from '../testing/people.ts';

describe('a group', () => {
  it('grows by invitation, from a call of two', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, carly] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const callId = await startActiveCall(alice, bobby);
    await bobby.ask('invite', { callId, userIds: [carol], timeout: 30 });
    const ring = await carly.nextView(({ status }) => status === 'active');
    assert.equal(ring.isGroup, true);
    assert.equal(ring.self.session, 'none');
    assert.ok((await carly.ask('accept', { callId })).media);
    await alice.nextView(
      ({ members }) => members.filter((one) => one.status === 'joined').length === 3,
    );
  });

  it('call admits a user by the groups in the userSig', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const dave = await signIn('dave', {}, { groups: ['team'] });
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    const joined = await dave.ask('join', { callId: call.callId });
    assert.ok(joined.media);
    const eve = await signIn('eve');
    assert.equal(await eve.refusal('join', { callId: call.callId }), 'call-not-found');
  });

  it('of fifty rings them all', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const names = Array.from({ length: 49 }, (_, index) => `u${index}`);
    const last = await signIn('u48');
    const { call } = await alice.call(names);
    assert.equal(call.members.length, 50);
    await last.nextView(({ status }) => status === 'ringing');
    assert.equal(
      await alice.refusal('invite', { callId: call.callId, userIds: [user('u50')], timeout: 1 }),
      'call-full',
    );
  });
});
