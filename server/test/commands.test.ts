import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newCommandId } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';
import { bob, carol } from '../testing/people.ts';

describe('a command', () => {
  it('that is repeated rings once and returns the same call (F13)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const id = newCommandId();
    const first = await alice.call(['bob'], {}, id);
    const second = await alice.call(['bob'], {}, id);
    assert.equal(second.call.callId, first.call.callId);
    assert.equal(second.call.version, 1);
    await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(bobby.receivedSummary(), ['welcome', 'ringing']);
  });

  it('that is repeated later returns the current call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    const id = newCommandId();
    const { callId } = call;
    assert.ok((await bobby.ask('accept', { callId }, id)).media);
    await alice.ask('hangup', { callId });
    const again = await bobby.ask('accept', { callId }, id);
    assert.equal(again.call.status, 'ended');
    assert.equal(again.media, null);
  });

  it('is refused under an id that was another command’s', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const id = newCommandId();
    const { call } = await alice.call(['bob'], {}, id);
    assert.equal(await alice.refusal('hangup', { callId: call.callId }, id), 'invalid-parameter');
  });

  it('to cancel works by the id of the call command (F12)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callCommandId = newCommandId();
    await alice.call(['bob'], {}, callCommandId);
    const { call } = await alice.ask('cancel', { callCommandId });
    assert.equal(call?.endReason, 'cancelled');
    await bobby.nextView(({ endReason }) => endReason === 'cancelled');
  });

  it('to cancel that arrives first prevents the ring (F12)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callCommandId = newCommandId();
    const { call } = await alice.ask('cancel', { callCommandId });
    assert.equal(call, null);
    const fields = {
      userIds: [bob],
      mediaType: 'audio',
      groupId: '',
      timeout: 30,
      userData: '',
    } as const;
    assert.equal(await alice.refusal('call', fields, callCommandId), 'wrong-state');
    await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(bobby.receivedSummary(), ['welcome']);
  });

  it('for a call of other users is refused like one for an unknown call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const { call } = await alice.call(['bob']);
    const unknown = { callId: (await alice.call(['carol']).catch(() => null))?.call.callId };
    assert.equal(unknown.callId, undefined);
    const theirs = { callId: call.callId };
    const none = { callId: `${call.callId.slice(0, -2)}zz` as typeof call.callId };
    for (const type of [
      'accept',
      'reject',
      'hangup',
      'join',
      'alerted',
      'media-access',
      'media-failed',
    ] as const) {
      assert.deepEqual(await eve.send(type, theirs), await eve.send(type, none));
      assert.equal(await eve.refusal(type, theirs), 'call-not-found');
    }
    const invite = { ...theirs, userIds: [carol], timeout: 30 };
    assert.equal(await eve.refusal('invite', invite), 'call-not-found');
    const { calls } = await eve.ask('sync', { knownCallIds: [call.callId], missedSince: null });
    assert.deepEqual(calls, []);
  });
});
