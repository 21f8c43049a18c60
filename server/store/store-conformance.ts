import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { accept, hangUp, hold, updatePresence, raiseMediaEpoch } from '../calls/rules/index.ts';
import type { Call } from '../calls/model/call.ts';
import { alice, bob, callId, carol, commandId, dave, actorOn } from '../testing/people.ts';
import { decided, ringing, T0 } from '../testing/rule-fixtures.ts';
import type { RecentPosition } from '../calls/history/recent-cursor.ts';
import type { Job, Store, StoreRules } from '../calls/store.ts';

/** Requirements of every store. The test of each store provides a function that opens an empty one. */
export function storeConformance(
  name: string,
  open: (t: TestContext, rules: StoreRules) => Promise<Store>,
): void {
  const testWith =
    (rules: StoreRules): Test =>
    (what, check) =>
      it(what, async (t) => {
        const store = await open(t, rules);
        t.after(() => store.close());
        await check(store);
      });
  const test = testWith({ callWaiting: false });
  describe(`${name} stores calls`, () => callTests(test));
  describe(`${name} with call waiting stores`, () => waitingTests(testWith({ callWaiting: true })));
  describe(`${name} stores commands, users and missed calls`, () => factTests(test));
  describe(`${name} stores jobs`, () => jobTests(test));
}

function waitingTests(test: Test): void {
  const talk = () => decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
  const ring = () => ringing({ by: carol, to: [bob] }, { callId: callId('second') });

  void test('a ring of a user in a call', async (store) => {
    await save(store, null, talk());
    await save(store, null, ring());
    const live = await store.transaction((tx) => tx.liveCallsOf([bob]));
    assert.deepEqual(live.map(({ callId }) => callId).sort(), [talk(), ring()].map(idOf).sort());
  });

  void test('one call in which a user talks; a second one is refused as a whole', async (store) => {
    await save(store, null, talk());
    await save(store, null, ring());
    await assert.rejects(save(store, ring(), decided(accept(ring(), actorOn(bob), T0))));
    assert.deepEqual(await load(store, ring()), ring());
  });

  void test('a second call beside a held one, and the hold itself', async (store) => {
    const held = decided(hold(talk(), true, actorOn(bob), { now: T0, currentCall: null }));
    const second = decided(accept(ring(), actorOn(bob), T0));
    await save(store, null, talk());
    await save(store, null, ring());
    await store.transaction(async (tx) => {
      await tx.saveChange({ before: talk(), after: held });
      await tx.saveChange({ before: ring(), after: second });
    });
    assert.deepEqual(await load(store, held), held);
    assert.deepEqual(await load(store, second), second);
    const back = decided(hold(held, false, actorOn(bob), { now: T0, currentCall: null }));
    await assert.rejects(save(store, held, back));
  });
}

const idOf = (call: Call) => call.callId;

type Test = (what: string, check: (store: Store) => Promise<void>) => Promise<void>;

function callTests(test: Test): void {
  void test('with all their fields', async (store) => {
    const call = ringing({ by: alice, to: [bob, carol], userData: '{"a":"ü"}', groupId: 'team' });
    await save(store, null, call);
    assert.deepEqual(await load(store, call), call);
    const joined = decided(accept(call, actorOn(bob, 'phone'), T0 + 1));
    await save(store, call, joined);
    assert.deepEqual(await load(store, call), joined);
    const away = updatePresence(
      joined,
      bob,
      { signalling: false, media: 'gone', leaving: true },
      T0 + 2,
    );
    await save(store, joined, away);
    assert.deepEqual(await load(store, call), away);
  });

  void test('with any text, also one with U+0000', async (store) => {
    const texts = ['a\0b\uFFFFc', '\uFFFF0\0\uFFFF1', '\u202e</script>😀'];
    for (const [index, text] of texts.entries()) {
      const call: Call = {
        ...ringing(
          { by: alice, to: [bob], userData: text, groupId: text },
          { callId: callId(`${index}`) },
        ),
        groupProven: true,
      };
      await save(store, null, call);
      assert.deepEqual(await load(store, call), call);
      const ofGroup = await store.transaction((tx) => tx.liveCallOfGroup(text));
      assert.deepEqual(ofGroup, call);
      assert.ok(await store.transaction((tx) => tx.mayAccess(call.callId, dave, [text])));
      await save(store, call, hungUp(call));
    }
  });

  void test('which are found by their live members until they end', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    await save(store, null, call);
    const of = (...users: (typeof alice)[]) => store.transaction((tx) => tx.liveCallsOf(users));
    assert.deepEqual(await of(bob, carol), [call]);
    assert.deepEqual(await of(alice, bob), [call]);
    assert.deepEqual(await of(carol), []);
    await save(store, call, hungUp(call));
    assert.deepEqual(await of(alice, bob), []);
    assert.deepEqual(await store.transaction((tx) => tx.liveCalls()), []);
    assert.deepEqual(await load(store, call), hungUp(call));
  });

  void test('with one live call per user; a second one is refused as a whole (F16)', async (store) => {
    const first = ringing({ by: alice, to: [bob] });
    const second = ringing({ by: carol, to: [bob] }, { callId: callId('second') });
    await save(store, null, first);
    await assert.rejects(save(store, null, second));
    assert.equal(await load(store, second), null);
    assert.deepEqual(await load(store, first), first);
  });

  void test('with one live call per user, also if an old call and its successor are saved together', async (store) => {
    const first = ringing({ by: alice, to: [bob] });
    const second = ringing({ by: bob, to: [alice] }, { callId: callId('second') });
    await save(store, null, first);
    await store.transaction(async (tx) => {
      await tx.saveChange({ before: first, after: hungUp(first) });
      await tx.saveChange({ before: null, after: second });
    });
    assert.deepEqual(await store.transaction((tx) => tx.liveCallsOf([alice])), [second]);
  });

  void test('which are found by their group while they are live, if a member of the group started them', async (store) => {
    const team = { by: alice, to: [bob], groupId: 'team' };
    const call: Call = { ...ringing(team), groupProven: true };
    const of = (groupId: string) => store.transaction((tx) => tx.liveCallOfGroup(groupId));
    await save(store, null, call);
    assert.deepEqual(await of('team'), call);
    assert.equal(await of('teams'), null);
    await save(store, call, hungUp(call));
    assert.equal(await of('team'), null);
    await save(store, null, ringing(team, { callId: callId('second') }));
    assert.equal(await of('team'), null);
  });

  void test('with one live call per group; a second one is refused, unless its caller is not in the group (F110)', async (store) => {
    const first: Call = {
      ...ringing({ by: alice, to: [bob], groupId: 'team' }),
      groupProven: true,
    };
    const other = ringing({ by: carol, to: [dave], groupId: 'team' }, { callId: callId('second') });
    await save(store, null, first);
    await assert.rejects(save(store, null, { ...other, groupProven: true }));
    await save(store, null, other);
    await save(store, first, hungUp(first));
    const next = ringing({ by: alice, to: [bob], groupId: 'team' }, { callId: callId('third') });
    await save(store, null, { ...next, groupProven: true });
  });

  void test('without the changes of a failed transaction', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    const failure = store.transaction(async (tx) => {
      await tx.saveChange({ before: null, after: call });
      throw new Error('on purpose');
    });
    await assert.rejects(failure, /on purpose/);
    assert.equal(await load(store, call), null);
    await save(store, null, call);
  });

  void test('which only members and their group may access', async (store) => {
    const call = ringing(
      { by: alice, to: [bob], groupId: 'team' },
      { hasBlocked: (one) => one === bob },
    );
    await save(store, null, call);
    const access = (userId: typeof alice, groups: readonly string[] = [], id = call.callId) =>
      store.transaction((tx) => tx.mayAccess(id, userId, groups));
    assert.equal(await access(alice), true);
    assert.equal(await access(bob), false, 'a suppressed invitation');
    assert.equal(await access(carol), false);
    assert.equal(await access(carol, ['other', 'team']), true);
    assert.equal(await access(alice, ['team'], callId('none')), false);
  });

  void test('whose media rooms are found once they have ended', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    const rooms = [call.roomName, 'room-of-another-application'];
    const ended = () => store.transaction((tx) => tx.endedRooms(rooms));
    assert.deepEqual(await ended(), []);
    await save(store, null, call);
    assert.deepEqual(await ended(), []);
    await save(store, call, hungUp(call));
    assert.deepEqual(await ended(), [call.roomName]);
  });

  void test('only on top of the loaded version', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    await save(store, null, call);
    const newer = raiseMediaEpoch(call);
    await save(store, call, newer);
    await assert.rejects(save(store, call, newer), /changed concurrently/);
  });

  void test('as if one transaction ran after the other', async (store) => {
    const TIMES = 20;
    const call = ringing({ by: alice, to: [bob] });
    const ringOnce = () =>
      store.transaction(async (tx) => {
        const [before] = await tx.liveCallsOf([bob, alice]);
        await new Promise((resolve) => setImmediate(resolve));
        if (before === undefined) await tx.saveChange({ before: null, after: call });
        else await tx.saveChange({ before, after: raiseMediaEpoch(before) });
      });
    await Promise.all(Array.from({ length: TIMES }, ringOnce));
    assert.equal((await load(store, call))?.version, TIMES);
  });

  void test('that two transactions change in opposite orders', async (store) => {
    const first = ringing({ by: alice, to: [bob] });
    const second = ringing({ by: carol, to: [dave] }, { callId: callId('second') });
    await save(store, null, first);
    await save(store, null, second);
    const change = (...calls: readonly Call[]) =>
      store.transaction(async (tx) => {
        for (const { callId: id } of calls) {
          const before = await tx.call(id);
          await new Promise((resolve) => setImmediate(resolve));
          assert.ok(before);
          await tx.saveChange({ before, after: raiseMediaEpoch(before) });
        }
      });
    const TIMES = 10;
    const both = () => [change(first, second), change(second, first)];
    await Promise.all(Array.from({ length: TIMES }, both).flat());
    const epochs = [await load(store, first), await load(store, second)];
    assert.deepEqual(
      epochs.map((call) => call?.version),
      [2 * TIMES + 1, 2 * TIMES + 1],
    );
  });
}

function factTests(test: Test): void {
  void test('a command once', async (store) => {
    const command = {
      userId: alice,
      commandId: commandId('one'),
      type: 'call' as const,
      callId: callId('first'),
      at: T0,
    };
    await store.transaction((tx) => tx.saveCommand(command));
    const found = await store.transaction((tx) => tx.command(alice, commandId('one')));
    assert.deepEqual(found, command);
    // The same id of another user is another command.
    assert.equal(await store.transaction((tx) => tx.command(bob, commandId('one'))), null);
    await assert.rejects(store.transaction((tx) => tx.saveCommand(command)));
  });

  void test('nicknames and avatars', async (store) => {
    const profile = { nickname: 'Al “ice”', avatar: 'https://a.example/a.png' };
    await store.transaction((tx) => tx.saveProfile(alice, { nickname: 'old', avatar: '' }));
    await store.transaction((tx) => tx.saveProfile(alice, profile));
    const found = await store.transaction((tx) => tx.profiles([alice, bob]));
    assert.deepEqual(found.get(alice), profile);
    assert.deepEqual(found.get(bob), { nickname: '', avatar: '' });
  });

  void test('missed calls in order, for one user', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    const missed = { call, reason: 'cancelled', at: T0 } as const;
    const [one, two, other] = await store.transaction(async (tx) => [
      await tx.saveMissed({ ...missed, userId: bob }),
      await tx.saveMissed({ ...missed, userId: bob, at: T0 + 1 }),
      await tx.saveMissed({ ...missed, userId: carol }),
    ]);
    assert.ok(one && two && other && one.seq < two.seq);
    const since = (at: { seq: number } | { at: number }) =>
      store.transaction((tx) => tx.missedSince(bob, at));
    assert.deepEqual(await since({ seq: 0 }), [one, two]);
    assert.deepEqual(await since({ seq: one.seq }), [two]);
    assert.deepEqual(await since({ at: T0 }), [two]);
    assert.equal(await store.transaction((tx) => tx.lastMissedSeq(bob)), two.seq);
    assert.equal(await store.transaction((tx) => tx.lastMissedSeq(alice)), 0);
  });

  void test('a list of recent calls per user, newest first, in pages', async (store) => {
    const made = ['one', 'two', 'three'].map((name) =>
      hungUp(ringing({ by: alice, to: [bob] }, { callId: callId(name) })),
    );
    const [one, two, three] = made;
    assert.ok(one && two && three);
    await store.transaction(async (tx) => {
      for (const after of made) await tx.saveChange({ before: null, after });
      await tx.saveRecent({ userId: bob, call: two, at: T0 });
      await tx.saveRecent({ userId: bob, call: one, at: T0 });
      await tx.saveRecent({ userId: bob, call: three, at: T0 + 5 });
      await tx.saveRecent({ userId: alice, call: one, at: T0 });
    });
    const list = async (userId = bob, after: RecentPosition | null = null, limit = 9) =>
      (await store.transaction((tx) => tx.recentCalls(userId, after, limit))).map(
        ({ call }) => call.callId,
      );
    assert.deepEqual(await list(), [three, two, one].map(idOf));
    assert.deepEqual(await list(bob, null, 2), [three, two].map(idOf));
    assert.deepEqual(await list(bob, { at: T0, callId: two.callId }), [one.callId]);
    // A second participation in the same call replaces the entry, at its new position.
    await store.transaction((tx) => tx.saveRecent({ userId: bob, call: one, at: T0 + 9 }));
    assert.deepEqual(await list(), [one, three, two].map(idOf));
    await store.transaction((tx) => tx.deleteRecentCalls(bob, [one.callId, three.callId]));
    assert.deepEqual(await list(), [two.callId]);
    assert.deepEqual(await list(alice), [one.callId]);
  });

  void test('blocked users, in the order of their ids', async (store) => {
    const block = (by: typeof alice, other: typeof alice, on = true) =>
      store.transaction((tx) => tx.saveBlocked(by, other, on));
    for (const other of [dave, carol, carol]) await block(bob, other);
    await block(alice, dave);
    await block(carol, dave);
    await block(carol, dave, false);
    await block(carol, dave, false);
    const list = (after: typeof alice | null, limit = 9) =>
      store.transaction((tx) => tx.blockedBy(bob, after, limit));
    assert.deepEqual(await list(null), [carol, dave]);
    assert.deepEqual(await list(null, 1), [carol]);
    assert.deepEqual(await list(carol), [dave]);
    const blockers = (of: typeof alice, ...among: (typeof alice)[]) =>
      store.transaction((tx) => tx.blockersOf(of, among));
    assert.deepEqual(await blockers(dave, alice, bob, carol), new Set([alice, bob]));
    assert.deepEqual(await blockers(dave, bob), new Set([bob]));
    assert.deepEqual(await blockers(alice, bob, dave), new Set());
  });

  void test('a suppressed invitation beside other calls of its callee', async (store) => {
    const suppressed = ringing({ by: alice, to: [bob] }, { hasBlocked: () => true });
    const second = ringing({ by: carol, to: [bob] }, { callId: callId('second') });
    await save(store, null, suppressed);
    await save(store, null, second);
    const live = await store.transaction((tx) => tx.liveCallsOf([bob]));
    assert.deepEqual(live, [second]);
    assert.deepEqual(await load(store, suppressed), suppressed);
  });

  void test('no rows older than the purge time', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    const command = { userId: alice, type: 'call' as const, callId: null };
    await store.transaction(async (tx) => {
      await tx.saveCommand({ ...command, commandId: commandId('old'), at: T0 });
      await tx.saveCommand({ ...command, commandId: commandId('new'), at: T0 + 10 });
      await tx.saveMissed({ userId: bob, call, reason: 'cancelled', at: T0 });
      await tx.saveChange({ before: null, after: call });
      await tx.saveRecent({ userId: bob, call, at: T0 });
      await tx.saveRecent({ userId: alice, call, at: T0 + 1 });
      await tx.purge({
        ...{ commands: T0 + 10, missed: T0 + 1, recents: T0 + 1 },
        ...{ requests: 0, pushTargets: 0, endedCalls: null, deliveries: { now: 0, before: 0 } },
      });
    });
    await store.transaction(async (tx) => {
      assert.equal(await tx.command(alice, commandId('old')), null);
      assert.ok(await tx.command(alice, commandId('new')));
      assert.deepEqual(await tx.missedSince(bob, { seq: 0 }), []);
      assert.deepEqual(await tx.recentCalls(bob, null, 9), []);
      assert.equal((await tx.recentCalls(alice, null, 9)).length, 1);
    });
  });

  void test('the time of the last heartbeat', async (store) => {
    assert.equal(await store.transaction((tx) => tx.serverSeenAt()), null);
    await store.transaction((tx) => tx.saveServerSeenAt(1));
    await store.transaction((tx) => tx.saveServerSeenAt(2));
    assert.equal(await store.transaction((tx) => tx.serverSeenAt()), 2);
  });
}

function jobTests(test: Test): void {
  const job: Job = { kind: 'purge', subject: '', dueAt: T0, attempts: 0 };

  void test('and a due job is claimed once until its lease ends', async (store) => {
    await store.transaction((tx) => tx.saveJob(job));
    const claim = (now: number) => store.transaction((tx) => tx.claimJobs(now, now + 100));
    assert.deepEqual(await claim(T0 - 1), []);
    assert.deepEqual(await claim(T0), [{ ...job, dueAt: T0 + 100, attempts: 1 }]);
    assert.deepEqual(await claim(T0 + 1), []);
    assert.equal((await claim(T0 + 100))[0]?.attempts, 2);
  });

  void test('until they are finished or postponed', async (store) => {
    await store.transaction((tx) => tx.saveJob(job));
    const [claimed] = await store.transaction((tx) => tx.claimJobs(T0, T0 + 100));
    assert.ok(claimed);
    await store.transaction((tx) => tx.postponeJob(claimed, T0 + 500));
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), T0 + 500);
    await store.transaction((tx) => tx.finishJob({ ...claimed, dueAt: T0 + 500 }));
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), null);
  });

  void test('that were saved again while they ran', async (store) => {
    await store.transaction((tx) => tx.saveJob(job));
    const [claimed] = await store.transaction((tx) => tx.claimJobs(T0, T0 + 100));
    assert.ok(claimed);
    await store.transaction((tx) => tx.saveJob({ ...job, dueAt: T0 + 50 }));
    await store.transaction((tx) => tx.finishJob(claimed));
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), T0 + 50);
  });

  void test('that were saved again for the end of the lease', async (store) => {
    await store.transaction((tx) => tx.saveJob(job));
    const [claimed] = await store.transaction((tx) => tx.claimJobs(T0, T0 + 100));
    assert.ok(claimed);
    // Like a grace time that is as long as a lease and begins in the same millisecond.
    await store.transaction((tx) => tx.saveJob({ ...job, dueAt: T0 + 100 }));
    await store.transaction((tx) => tx.postponeJob(claimed, T0 + 500));
    await store.transaction((tx) => tx.finishJob(claimed));
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), T0 + 100);
  });

  void test('for the next deadline of each call, and for the room of an ended one', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    await save(store, null, call);
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), T0 + 30_000);
    const joined = decided(accept(call, actorOn(bob), T0));
    await save(store, call, joined);
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), null);
    await save(store, joined, hungUp(joined));
    const [claimed] = await store.transaction((tx) => tx.claimJobs(T0, T0 + 100));
    assert.equal(claimed?.kind, 'delete-room');
    assert.equal(claimed.subject, 'room-first');
  });
}

function hungUp(call: Call): Call {
  return decided(hangUp(call, actorOn(alice), { now: T0 + 1000, isGone: () => false }));
}

function save(store: Store, before: Call | null, after: Call): Promise<void> {
  return store.transaction((tx) => tx.saveChange({ before, after }));
}

function load(store: Store, { callId: id }: Call): Promise<Call | null> {
  return store.transaction((tx) => tx.call(id));
}
