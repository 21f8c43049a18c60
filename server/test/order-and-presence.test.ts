import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId } from '../../src/protocol/index.ts';
import { serverView, agreedEnd, recentEntries } from '../testing/agreement.ts';
import { callId as idOf } from '../testing/people.ts';
import { startActiveCall } from '../testing/active-call.ts';
import { newCommandId } from '../testing/test-client.ts';
import type { TestClient } from '../testing/test-client.ts';
import { API_KEY, testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

/** Commands about the calls of others or ended calls; busy users; presence changes: over real sockets. */

const ringing = ({ status }: { readonly status: string }) => status === 'ringing';

describe('a command that concerns no call of its sender', () => {
  it('F26 a hang-up, invitation or switch by a non-member does not change the active call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const callId = await startActiveCall(alice, bobby);
    const { version } = (await serverView(alice, callId)) ?? {};
    for (const type of ['hangup', 'reject', 'accept', 'join', 'media-access'] as const) {
      assert.equal(await eve.refusal(type, { callId }), 'call-not-found');
    }
    const toAudio = { callId, mediaType: 'audio' } as const;
    assert.equal(await eve.refusal('switch-media-type', toAudio), 'call-not-found');
    assert.equal(await eve.refusal('hold', { callId, on: true }), 'call-not-found');
    assert.equal((await serverView(alice, callId))?.version, version);
    assert.deepEqual(eve.receivedSummary(), ['welcome']);
  });

  it('F27 a reject by a non-member, or of another call, does not change the ring', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const callCommandId = newCommandId();
    const { call } = await alice.call(['bob'], {}, callCommandId);
    await bobby.nextView(ringing);
    assert.equal(await eve.refusal('reject', { callId: call.callId }), 'call-not-found');
    assert.equal(await bobby.refusal('reject', { callId: idOf('none') }), 'call-not-found');
    // A command id belongs to its sender: for others it identifies no command.
    assert.equal((await eve.ask('cancel', { callCommandId })).call, null);
    assert.equal((await bobby.ask('cancel', { callCommandId })).call, null);
    clock.advance(29_999);
    assert.equal((await serverView(bobby, call.callId))?.status, 'ringing');
    clock.advance(1);
    await alice.nextView(({ status }) => status === 'ended');
    assert.equal((await agreedEnd(call.callId, [alice, bobby])).reason, 'no-response');
  });

  it('F30 an accept or join of an unknown call is refused, and one of an ended call is answered with its end', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const none = { callId: idOf('none') };
    assert.equal(await bobby.refusal('accept', none), 'call-not-found');
    assert.equal(await bobby.refusal('join', none), 'call-not-found');
    const { call } = await alice.call(['bob']);
    await alice.ask('hangup', { callId: call.callId });
    clock.advance(3_600_000);
    for (const type of ['accept', 'join'] as const) {
      const late = await bobby.ask(type, { callId: call.callId });
      assert.equal(late.call.endReason, 'cancelled');
      assert.equal(late.media, null);
    }
  });

  it('F33 an accept or reject of a call that found its callee busy has no effect', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, carly] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const first = await startActiveCall(alice, bobby);
    const { call } = await carly.call(['bob']);
    assert.equal(call.endReason, 'line-busy');
    const late = await bobby.ask('accept', { callId: call.callId });
    assert.equal(late.call.endReason, 'line-busy');
    assert.equal(late.media, null);
    assert.deepEqual(await recentEntries(carly, call.callId), ['busy 0']);
    assert.equal((await serverView(bobby, first))?.status, 'active');
  });
});

describe('several devices', () => {
  it('F34 one of three accepts, and both others receive the same notification', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const devices = [await signIn('bob'), await signIn('bob'), await signIn('bob')] as const;
    const { call } = await alice.call(['bob']);
    await Promise.all(devices.map((one) => one.nextView(ringing)));
    await devices[1].ask('accept', { callId: call.callId });
    for (const other of [devices[0], devices[2]]) {
      const view = await other.nextView(({ status }) => status === 'active');
      assert.equal(view.self.session, 'other');
      assert.equal(view.self.ringRemainingMs, null);
    }
  });

  it('F37 one that connects after the accept shows the call as on another device, and no ring', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, phone] = [await signIn('alice'), await signIn('bob')];
    const callId = await startActiveCall(alice, phone);
    const held = await serverView(await signIn('bob'), callId);
    assert.equal(held?.status, 'active');
    assert.equal(held.self.session, 'other');
    assert.equal(held.self.ringRemainingMs, null);
  });

  it('F20 the caller’s other device shows the call as on another device', async (t) => {
    const { signIn } = await testServer(t);
    const [phone, tablet] = [await signIn('alice'), await signIn('alice')];
    await phone.call(['bob']);
    const view = await tablet.nextView(ringing);
    assert.equal(view.self.session, 'other');
    assert.equal(view.self.ringRemainingMs, null);
  });

  it('F45 when the only one disconnects while it rings, the ring keeps its deadline and the caller gets no notification', async (t) => {
    const { signIn, clock, url, sig } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    await bobby.nextView(ringing);
    const body = JSON.stringify({
      userId: 'bob',
      userSig: await sig('bob'),
      sessionId: bobby.sessionId,
    });
    assert.equal((await fetch(`${url}/v1/leave`, { method: 'POST', body })).status, 204);
    bobby.close();
    clock.advance(29_999);
    const held = await serverView(alice, call.callId);
    assert.equal(held?.status, 'ringing');
    assert.equal(held.version, call.version);
    clock.advance(1);
    await alice.nextView(({ endReason }) => endReason === 'no-response');
  });

  it('F46 each one that was offline the whole time is notified of the missed call once', async (t) => {
    const { signIn, clock } = await testServer(t);
    const alice = await signIn('alice');
    const { call } = await alice.call(['bob'], { timeout: 10 });
    clock.advance(10_000);
    await alice.nextView(({ endReason }) => endReason === 'no-response');
    for (const device of [await signIn('bob'), await signIn('bob')]) {
      const first = await device.ask('sync', { knownCallIds: [], missedSince: null });
      assert.deepEqual(
        first.missed.map(({ callId, reason }) => [callId, reason]),
        [[call.callId, 'no-response']],
      );
      assert.deepEqual(first.calls, []);
      const next = { knownCallIds: [], missedSince: first.missedSeq };
      assert.deepEqual((await device.ask('sync', next)).missed, []);
    }
  });

  it('F48 one that reconnects before the old socket dies is never shown as away, and is rung once', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, before] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    await before.nextView(ringing);
    const { sessionId } = before;
    const ringsOn = await signIn('bob', { sessionId });
    const held = await serverView(ringsOn, call.callId);
    assert.equal(held?.version, call.version, 'the same invitation, not another one');
    await ringsOn.ask('accept', { callId: call.callId });
    const talksOn = await signIn('bob', { sessionId });
    await ringsOn.closed();
    assert.ok((await talksOn.ask('media-access', { callId: call.callId })).media);
    await serverView(alice, call.callId);
    const away = alice.received.filter(
      (one) => one.type === 'call-changed' && one.call.members.some((member) => member.away),
    );
    assert.deepEqual(away, []);
  });
});

describe('two calls to one user', () => {
  it('F39 two users call the same idle user at once: one call rings, the other finds them busy', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, carly] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const answers = await Promise.all([alice, carly].map((one) => one.call(['bob'])));
    assert.deepEqual(answers.map(({ call }) => call.status).sort(), ['ended', 'ringing']);
    assert.ok(answers.some(({ call }) => call.endReason === 'line-busy'));
    await serverView(bobby, idOf('none'));
    assert.equal(bobby.receivedSummary().filter((line) => line === 'ringing').length, 1);
  });

  it('F40 a call at the moment the callee’s own call ends rings or is busy, and the next one rings', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, carly] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const callId = await startActiveCall(alice, bobby);
    const [, second] = await Promise.all([
      alice.ask('hangup', { callId }),
      carly.call(['bob'], { mediaType: 'audio' }),
    ]);
    const { status, endReason } = second.call;
    assert.ok(status === 'ringing' || endReason === 'line-busy', `${status} ${endReason}`);
    await carly.ask('hangup', { callId: second.call.callId });
    assert.equal((await carly.call(['bob'])).call.status, 'ringing');
  });
});

describe('F41 callee and caller are free again', () => {
  const ways: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
    'after a cancel': ({ alice, callId }) => alice.ask('hangup', { callId }),
    'after a reject': ({ bobby, callId }) => bobby.ask('reject', { callId }),
    'after a ring nobody answered': async ({ clock }) => clock.advance(30_000),
    'after a hang-up': async ({ alice, bobby, callId }) => {
      await bobby.ask('accept', { callId });
      await alice.ask('hangup', { callId });
    },
    'after a call that found its callee busy': async ({ alice, callId, signIn }) => {
      const carly = await signIn('carol');
      assert.equal((await carly.call(['bob'])).call.endReason, 'line-busy');
      assert.equal((await carly.call(['alice'])).call.endReason, 'line-busy');
      await alice.ask('hangup', { callId });
    },
    'after a device of the callee has crashed in the call': async (scene) => {
      await scene.bobby.ask('accept', { callId: scene.callId });
      scene.bobby.close();
      await scene.alice.nextView(({ members }) => members.some(({ away }) => away));
      scene.clock.advance(30_000);
    },
    'after a back end has ended the call': ({ callId, url }) =>
      deleteAt(`${url}/v1/calls/${callId}`),
    'after a back end has taken a member out': ({ callId, url }) =>
      deleteAt(`${url}/v1/calls/${callId}/members/bob`),
    'after a back end has put the caller’s sessions out': ({ url }) =>
      deleteAt(`${url}/v1/users/alice/sessions`),
  };

  for (const [way, ends] of Object.entries(ways)) {
    it(way, async (t) => {
      const server = await testServer(t);
      const [alice, bobby] = [await server.signIn('alice'), await server.signIn('bob')];
      const { call } = await alice.call(['bob']);
      await bobby.nextView(ringing);
      await ends({ ...server, alice, bobby, callId: call.callId });
      const frank = await server.signIn('frank');
      const over = await isOver(await server.signIn('alice'), call.callId);
      assert.equal(over.status, 'ended');
      for (const name of ['alice', 'bob']) {
        const next = await frank.call([name]);
        assert.equal(next.call.status, 'ringing', name);
        await frank.ask('hangup', { callId: next.call.callId });
      }
    });
  }
});

interface Scene extends Pick<TestServer, 'clock' | 'signIn' | 'url'> {
  readonly alice: TestClient;
  readonly bobby: TestClient;
  readonly callId: CallId;
}

async function deleteAt(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${API_KEY}` };
  assert.equal((await fetch(url, { method: 'DELETE', headers })).status, 204);
}

/** The ended call: the view received already, or the next one. */
async function isOver(session: TestClient, callId: CallId) {
  const held = await serverView(session, callId);
  assert.ok(held);
  return held.status === 'ended' ? held : session.nextView(({ status }) => status === 'ended');
}
