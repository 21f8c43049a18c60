import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { UserId } from '../../src/protocol/index.ts';
import type { PushRing, PushStore, StoredPushTarget } from '../push/push-store.ts';
import { alice, bob, callId, carol, session } from '../testing/people.ts';

/** Requirements of every store of a server, for the devices that are notified of rings. */
export function pushConformance(name: string, open: (t: TestContext) => Promise<PushStore>): void {
  const test = (what: string, check: (store: PushStore) => Promise<void>) =>
    it(what, async (t) => {
      const store = await open(t);
      t.after(() => store.close());
      await check(store);
    });
  describe(`${name} stores devices for push`, () => {
    targetTests(test);
    ringTests(test);
    jobTests(test);
  });
}

type Test = (what: string, check: (store: PushStore) => Promise<void>) => Promise<void>;

function targetTests(test: Test): void {
  void test('of a user, the one registered last first', async (store) => {
    const [old, young] = [target('old', bob, { usedAt: 5 }), target('young', bob, { usedAt: 6 })];
    await save(store, old, young, target('other', carol));
    assert.deepEqual(await targetsOf(store, bob), [young, old]);
    const again = { ...old, usedAt: 7, auth: 'new', expiresAt: 99 };
    await save(store, again);
    assert.deepEqual(await targetsOf(store, bob), [again, young]);
  });

  void test('of the user who registered them last', async (store) => {
    const ofBob = target('shared', bob);
    await save(store, ofBob);
    await save(store, { ...ofBob, userId: carol });
    assert.deepEqual(await targetsOf(store, bob), []);
    assert.deepEqual(await targetsOf(store, carol), [{ ...ofBob, userId: carol }]);
  });

  void test('until they are deleted with their rings, by device, session or user', async (store) => {
    const all = ['one', 'two', 'three'].map((one) => target(one, bob));
    await save(store, ...all, target('other', carol));
    await store.transaction(async (tx) => {
      for (const { targetId } of all) await tx.push.saveRing(ring(targetId));
      await tx.push.deleteTarget('one');
      await tx.push.deleteTargets(bob, session('two'));
    });
    const left = () =>
      store.transaction(async (tx) => [
        ...(await tx.push.targetsOf(bob)).map(({ targetId }) => targetId),
        ...(await tx.push.ringsOf(callId('first'), bob)).map(({ targetId }) => targetId),
      ]);
    assert.deepEqual(await left(), ['three', 'three']);
    await store.transaction((tx) => tx.push.deleteTargets(bob, null));
    assert.deepEqual(await left(), []);
    assert.equal((await targetsOf(store, carol)).length, 1);
  });

  void test('until their userSig expires, which a renewal postpones', async (store) => {
    const [one, two] = [target('one', bob), target('two', bob)];
    await save(store, one, two);
    await store.transaction(async (tx) => {
      await tx.push.extendTargets(bob, session('one'), 2000);
      await tx.purge({
        ...{ commands: 0, missed: 0, recents: 0, requests: 0, endedCalls: null },
        ...{ pushTargets: two.expiresAt, deliveries: { now: 0, before: 0 } },
      });
    });
    assert.deepEqual(await targetsOf(store, bob), [{ ...one, expiresAt: 2000 }]);
  });
}

function ringTests(test: Test): void {
  void test('and the rings of which they were notified', async (store) => {
    await save(store, target('phone', bob), target('tablet', bob));
    const [phone, tablet] = [ring('phone'), ring('tablet')];
    await store.transaction(async (tx) => {
      await tx.push.saveRing(phone);
      await tx.push.saveRing(tablet);
      assert.deepEqual(await tx.push.ringByToken(tablet.tokenHash), tablet);
      assert.equal(await tx.push.ringByToken('another'), null);
      assert.equal(await tx.push.setRingState(phone, 'sent'), true);
    });
    const rings = () => store.transaction((tx) => tx.push.ringsOf(callId('first'), bob));
    assert.deepEqual(await rings(), [{ ...phone, state: 'sent' }, tablet]);
    const newer = { ...phone, tokenHash: 'newer', invitedVersion: 9 };
    await store.transaction(async (tx) => {
      await tx.push.saveRing(newer);
      assert.equal(await tx.push.setRingState(phone, 'sent'), false);
      await tx.push.deleteRing(phone);
      await tx.push.deleteRing(tablet);
    });
    assert.deepEqual(await rings(), [newer]);
  });

  void test('and keeps a ring declined', async (store) => {
    await save(store, target('phone', bob));
    const one = ring('phone');
    await store.transaction(async (tx) => {
      await tx.push.saveRing(one);
      assert.equal(await tx.push.setRingState(one, 'declined'), true);
      assert.equal(await tx.push.setRingState(one, 'sent'), false);
      assert.equal((await tx.push.ringByToken(one.tokenHash))?.state, 'declined');
    });
  });
}

function jobTests(test: Test): void {
  void test('and saves a job for each user who has one', async (store) => {
    await save(store, target('one', bob), target('two', bob), target('three', carol));
    const saveJobs = (dueAt: number, ...users: UserId[]) =>
      store.transaction((tx) => tx.push.saveJobs(callId('first'), users, dueAt));
    assert.equal(await saveJobs(50, alice), false);
    assert.equal(await saveJobs(50, alice, bob, carol), true);
    const claim = (now: number) => store.transaction((tx) => tx.claimJobs(now, now + 100));
    const subjects = (await claim(50)).map(({ kind, subject }) => `${kind} ${subject}`);
    assert.deepEqual(subjects.sort(), [
      `push ${callId('first')} ${bob}`,
      `push ${callId('first')} ${carol}`,
    ]);
    // Saved again while it is executed.
    assert.equal(await saveJobs(60, bob), true);
    const job = { kind: 'push', subject: `${callId('first')} ${bob}` };
    assert.deepEqual(await claim(60), [{ ...job, dueAt: 160, attempts: 1 }]);
  });

  void test('and erases them with the user', async (store) => {
    await save(store, target('one', bob));
    await store.transaction((tx) => tx.push.deleteTargets(bob, null));
    assert.equal(
      await store.transaction((tx) => tx.push.saveJobs(callId('first'), [bob], 1)),
      false,
    );
  });
}

function target(
  name: string,
  userId: UserId,
  given: Partial<StoredPushTarget> = {},
): StoredPushTarget {
  return {
    ...{ targetId: name, userId, sessionId: session(name), platform: 'web', echo: '{"ü":1}' },
    ...{ address: `https://push.example/${name}`, p256dh: 'key', auth: 'auth' },
    ...{ createdAt: 4, usedAt: 4, expiresAt: 1000, ...given },
  };
}

function ring(targetId: string): PushRing {
  const ids = { callId: callId('first'), userId: bob, targetId };
  return { ...ids, invitedVersion: 1, tokenHash: `token of ${targetId}`, state: 'new' };
}

function save(store: PushStore, ...targets: readonly StoredPushTarget[]): Promise<void> {
  return store.transaction(async (tx) => {
    for (const one of targets) await tx.push.saveTarget(one);
  });
}

function targetsOf(store: PushStore, userId: UserId): Promise<readonly StoredPushTarget[]> {
  return store.transaction((tx) => tx.push.targetsOf(userId));
}
