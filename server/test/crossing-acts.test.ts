import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { CallId } from '../../src/protocol/index.ts';
import { serverView, agreedEnd, recentEntries } from '../testing/agreement.ts';
import type { FakeClock } from '../testing/fake-clock.ts';
import { user } from '../testing/people.ts';
import { newCommandId } from '../testing/test-client.ts';
import type { TestClient } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';

/**
 * Commands of two users, or of two devices of one user, that cross on the wire, over real sockets: the server's
 * order decides, every session receives the same end, and the record has the same end.
 */

describe('cancel and accept', () => {
  it('F01 accept is first: the cancel ends the call for both, and the other device sees it answered elsewhere', async (t) => {
    const { alice, phone, tablet, callId, callCommandId } = await rung(t);
    assert.ok((await phone.ask('accept', { callId })).media);
    const { call } = await alice.ask('cancel', { callCommandId });
    assert.equal(call?.endReason, 'hangup');
    const end = await agreedEnd(callId, [alice, phone, tablet]);
    assert.deepEqual(end, { reason: 'hangup', by: 'alice', durationMs: 0 });
    assert.deepEqual(await recentEntries(alice, callId), ['answered 0']);
    assert.deepEqual(await recentEntries(phone, callId), ['answered 0']);
    const between = await tablet.nextView(({ status }) => status === 'active');
    assert.equal(between.self.session, 'other');
  });

  it('F02 cancel is first: the accept is answered with the end, and gets no media access', async (t) => {
    const { alice, phone, tablet, callId, callCommandId } = await rung(t);
    await alice.ask('cancel', { callCommandId });
    const late = await phone.ask('accept', { callId });
    assert.equal(late.call.endReason, 'cancelled');
    assert.equal(late.media, null);
    assert.equal(await phone.refusal('media-access', { callId }), 'wrong-state');
    const end = await agreedEnd(callId, [alice, phone, tablet]);
    assert.deepEqual(end, { reason: 'cancelled', by: 'alice', durationMs: null });
    assert.deepEqual(await recentEntries(alice, callId), ['cancelled 0']);
    assert.deepEqual(await recentEntries(phone, callId), ['missed 0']);
  });

  it('F01 F02 at once: one of the two results, the same for every session', async (t) => {
    const { alice, phone, tablet, callId, callCommandId } = await rung(t);
    const [, accepted] = await Promise.all([
      alice.ask('cancel', { callCommandId }),
      phone.ask('accept', { callId }),
    ]);
    const { reason } = await agreedEnd(callId, [alice, phone, tablet]);
    assert.equal(reason, accepted.media === null ? 'cancelled' : 'hangup');
    assert.deepEqual(await recentEntries(alice, callId), [
      accepted.media === null ? 'cancelled 0' : 'answered 0',
    ]);
  });
});

it('F03 cancel and reject, in either order and at once: one end, by the first of them', async (t) => {
  const { alice, phone, tablet, again } = await rung(t);
  const cancel = (callId: CallId) => alice.ask('hangup', { callId });
  const reject = (callId: CallId) => phone.ask('reject', { callId });
  const orders = [
    { acts: [cancel, reject], first: 'cancelled' },
    { acts: [reject, cancel], first: 'rejected' },
  ];
  for (const { acts, first } of orders) {
    const callId = await again();
    for (const act of acts) await act(callId);
    assert.equal((await agreedEnd(callId, [alice, phone, tablet])).reason, first);
  }
  const callId = await again();
  await Promise.all([cancel(callId), reject(callId)]);
  const { reason, by } = await agreedEnd(callId, [alice, phone, tablet]);
  assert.equal(reason, by === 'alice' ? 'cancelled' : 'rejected');
  assert.deepEqual(await recentEntries(alice, callId), [`${reason} 0`]);
});

it('F04 cancel and ring timeout, before, after and at the same moment: one end', async (t) => {
  const { alice, phone, tablet, again, clock } = await rung(t);
  const ended = async (act: (callId: CallId) => Promise<unknown>) => {
    const callId = await again();
    await act(callId);
    const { reason } = await agreedEnd(callId, [alice, phone, tablet]);
    assert.deepEqual(await recentEntries(alice, callId), [`${reason} 0`]);
    assert.deepEqual(await recentEntries(phone, callId), ['missed 0']);
    return reason;
  };
  const before = await ended(async (callId) => {
    clock.advance(29_999);
    await alice.ask('hangup', { callId });
    clock.advance(1);
  });
  assert.equal(before, 'cancelled');
  const after = await ended(async (callId) => {
    clock.advance(30_000);
    await alice.ask('hangup', { callId });
  });
  assert.equal(after, 'no-response');
  const same = await ended(async (callId) => {
    clock.advance(29_999);
    const asked = alice.ask('hangup', { callId });
    clock.advance(1);
    await asked;
  });
  assert.ok(same === 'cancelled' || same === 'no-response', String(same));
});

describe('F05 accept and ring timeout', () => {
  it('a millisecond before: the call connects, and the deadline has no effect', async (t) => {
    const { alice, phone, callId, clock } = await rung(t);
    clock.advance(29_999);
    assert.ok((await phone.ask('accept', { callId })).media);
    clock.advance(60_000);
    assert.equal((await serverView(alice, callId))?.status, 'active');
    assert.deepEqual(await recentEntries(alice, callId), []);
  });

  it('at the deadline: the accept is answered with no-response, and gets no media access', async (t) => {
    const { alice, phone, tablet, callId, clock } = await rung(t);
    clock.advance(30_000);
    const late = await phone.ask('accept', { callId });
    assert.equal(late.media, null);
    assert.equal((await agreedEnd(callId, [alice, phone, tablet])).reason, 'no-response');
    assert.deepEqual(await recentEntries(alice, callId), ['no-response 0']);
  });

  it('at the same moment: the call connects or ends, never both', async (t) => {
    const { alice, phone, callId, clock } = await rung(t);
    clock.advance(29_999);
    const asked = phone.ask('accept', { callId });
    clock.advance(1);
    const { media } = await asked;
    const held = await serverView(alice, callId);
    assert.equal(held?.status, media === null ? 'ended' : 'active');
    assert.equal(held.endReason, media === null ? 'no-response' : null);
  });
});

describe('two devices of the callee', () => {
  it('F06 reject after the other’s accept: no effect, and the answer is the active call', async (t) => {
    const { alice, phone, tablet, callId } = await rung(t);
    await phone.ask('accept', { callId });
    const late = await tablet.ask('reject', { callId });
    assert.equal(late.call.status, 'active');
    assert.equal(late.call.self.session, 'other');
    assert.equal((await serverView(alice, callId))?.status, 'active');
    await alice.ask('hangup', { callId });
    assert.equal((await agreedEnd(callId, [alice, phone, tablet])).reason, 'hangup');
  });

  it('F07 accept after the other’s reject: answered with the rejection, and gets no media access', async (t) => {
    const { alice, phone, tablet, callId } = await rung(t);
    await tablet.ask('reject', { callId });
    const late = await phone.ask('accept', { callId });
    assert.equal(late.call.endReason, 'rejected');
    assert.equal(late.call.self.session, 'other');
    assert.equal(late.media, null);
    const end = await agreedEnd(callId, [alice, phone, tablet]);
    assert.deepEqual(end, { reason: 'rejected', by: 'bob', durationMs: null });
  });

  it('F08 both accept at once: one joins the call, the other is notified of that and gets no media access', async (t) => {
    const { alice, phone, tablet, callId } = await rung(t);
    const answers = await Promise.all(
      [phone, tablet].map((device) => device.ask('accept', { callId })),
    );
    assert.deepEqual(answers.map(({ call }) => call.self.session).sort(), ['other', 'this']);
    for (const [index, { call, media }] of answers.entries()) {
      assert.equal(media !== null, call.self.session === 'this');
      const device = [phone, tablet][index];
      assert.ok(device);
      const access = await device.refusal('media-access', { callId });
      assert.equal(access, media === null ? 'wrong-state' : null);
    }
    assert.equal((await serverView(alice, callId))?.version, 2);
  });

  it('F09 one accepts twice, and again after a lost acknowledgement: one accept, the same room each time', async (t) => {
    const { alice, phone, callId } = await rung(t);
    const id = newCommandId();
    const answers = [
      ...(await Promise.all([
        phone.ask('accept', { callId }, id),
        phone.ask('accept', { callId }, newCommandId()),
      ])),
      await phone.ask('accept', { callId }, id),
    ];
    assert.deepEqual(new Set(answers.map(({ call }) => call.roomId)).size, 1);
    assert.ok(answers.every(({ media }) => media !== null));
    assert.equal((await serverView(alice, callId))?.version, 2);
    assert.equal(alice.receivedSummary().filter((line) => line === 'active').length, 1);
  });
});

describe('two members who hang up', () => {
  it('F10 at once: each sees one end, by the first of them', async (t) => {
    const { alice, phone, tablet, callId, clock } = await rung(t);
    await phone.ask('accept', { callId });
    clock.advance(4000);
    await Promise.all([alice, phone].map((one) => one.ask('hangup', { callId })));
    const { reason, by, durationMs } = await agreedEnd(callId, [alice, phone, tablet]);
    assert.equal(reason, 'hangup');
    assert.ok(by === 'alice' || by === 'bob');
    assert.equal(durationMs, 4000);
    assert.deepEqual(await recentEntries(alice, callId), ['answered 4000']);
    assert.deepEqual(await recentEntries(phone, callId), ['answered 4000']);
  });

  it('F11 a second hang-up after the end is answered with that end, and no session is notified', async (t) => {
    const { alice, phone, tablet, callId, clock } = await rung(t);
    await phone.ask('accept', { callId });
    await alice.ask('hangup', { callId });
    clock.advance(5000);
    for (const one of [alice, phone]) {
      const { call } = await one.ask('hangup', { callId });
      assert.equal(call.endedBy, 'alice');
    }
    assert.equal((await agreedEnd(callId, [alice, phone, tablet])).durationMs, 0);
  });
});

it('F17 three users who call each other in a circle all get an answer, and each is in at most one call', async (t) => {
  const { signIn } = await testServer(t);
  const names = ['alice', 'bob', 'carol'];
  const circle = await Promise.all(names.map((name) => signIn(name)));
  const answers = await Promise.all(
    circle.map((one, index) =>
      one.send('call', callOf(names[(index + 1) % 3] ?? ''), newCommandId()),
    ),
  );
  const results = answers.map((answer) =>
    answer.ok ? (answer.call.endReason ?? answer.call.status) : answer.error.name,
  );
  // Each user calls the next one, and may find them busy.
  assert.deepEqual(results.sort(), ['line-busy', 'ringing', 'wrong-state']);
  for (const one of circle) {
    const { calls } = await one.ask('sync', { knownCallIds: [], missedSince: null });
    assert.ok(calls.filter(({ status }) => status !== 'ended').length <= 1);
  }
});

function callOf(callee: string) {
  const fields = { mediaType: 'audio', groupId: '', timeout: 30, userData: '' } as const;
  return { ...fields, userIds: [user(callee)] };
}

interface Rung {
  readonly alice: TestClient;
  readonly phone: TestClient;
  readonly tablet: TestClient;
  readonly callId: CallId;
  readonly callCommandId: ReturnType<typeof newCommandId>;
  readonly clock: FakeClock;
  /** Another call between users who are free again. */
  again(): Promise<CallId>;
}

/** Alice rings Bob on two devices. */
async function rung(t: TestContext): Promise<Rung> {
  const { signIn, clock } = await testServer(t);
  const [alice, phone, tablet] = [await signIn('alice'), await signIn('bob'), await signIn('bob')];
  const ring = async (id = newCommandId()) => {
    const { call } = await alice.call(['bob'], {}, id);
    const isRung = (one: { readonly callId: CallId; readonly status: string }) =>
      one.callId === call.callId && one.status === 'ringing';
    await Promise.all([phone, tablet].map((device) => device.nextView(isRung)));
    return call.callId;
  };
  const callCommandId = newCommandId();
  const callId = await ring(callCommandId);
  const again = async () => {
    await alice.ask('hangup', { callId });
    return ring();
  };
  return { alice, phone, tablet, callId, callCommandId, clock, again };
}
