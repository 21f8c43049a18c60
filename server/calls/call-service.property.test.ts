import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CallId, UserId } from '../../src/protocol/index.ts';
import { parseCommandId } from '../../src/protocol/index.ts';
import { CommandError } from '../shared/command-error.ts';
import { onlyNodePresence } from './presence.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import type { StoreRules } from './store.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { actorOn, user } from '../testing/people.ts';
import { callCommand } from '../testing/rule-fixtures.ts';
import { CallService } from './call-service.ts';
import type { Committed } from './change-writer.ts';
import { isEngaged, isLive, memberOf } from './model/call.ts';
import type { Call } from './model/call.ts';
import type { CallScopedCommand } from './command-executor.ts';
import { isVisible } from './model/decision.ts';

/** Few users, so that their commands concern the same calls. */
const PEOPLE = ['alice', 'bob', 'carol', 'dave'].map(user);
const DEVICES = ['phone', 'tablet'];

interface Act {
  readonly who: number;
  readonly device: number;
  readonly what: (typeof WHAT)[number];
  readonly whom: number;
  /** The index among the calls made so far, counted from the newest. */
  readonly which: number;
}

const WHAT = [
  'call',
  'call group',
  'call the team',
  'join the team',
  'cancel',
  'accept',
  'accept',
  'accept and end',
  'accept and hold',
  'hold',
  'take up',
  'reject',
  'hangup',
  'invite',
  'join',
  'switch',
  'alerted',
  'again',
  'lose',
  'return',
  'leave',
  'server removes',
  'server ends',
  'server kicks',
  'wait 5 s',
  'wait 40 s',
] as const;

const acts = fc.array(
  fc.record({
    who: fc.nat(PEOPLE.length - 1),
    device: fc.nat(DEVICES.length - 1),
    what: fc.constantFrom(...WHAT),
    whom: fc.nat(PEOPLE.length - 1),
    which: fc.nat(1),
  }),
  { minLength: 10, maxLength: 50 },
);

describe('any commands in any order', () => {
  it('give one end per call and at most one live call per user, and leave no user busy', () =>
    always({ callWaiting: false }));

  it('with call waiting leave each user active in at most one call, besides ringing and held calls', () =>
    always({ callWaiting: true }));
});

async function always(rules: StoreRules): Promise<void> {
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const world = await World.open(rules);
      try {
        for (const act of all) await world.do(act);
        await world.quiet();
      } finally {
        await world.close();
      }
    }),
    { numRuns: 120 },
  );
}

/** A call service with an observer that checks the invariants at each commit. */
class World {
  readonly #store: SqliteStore;
  readonly #rules: StoreRules;
  readonly #clock = new FakeClock(1_000_000);
  readonly #calls: CallService;
  readonly #seen = new Map<CallId, Call>();
  readonly #gone = new Set<string>();
  readonly #leaving = new Set<string>();
  #lastCommand: { command: CallScopedCommand; who: Act } | null = null;
  #ids = 0;

  static async open(rules: StoreRules): Promise<World> {
    return new World(await SqliteStore.open(':memory:', rules), rules);
  }

  private constructor(store: SqliteStore, rules: StoreRules) {
    this.#store = store;
    this.#rules = rules;
    this.#calls = new CallService({
      store,
      clock: this.#clock,
      randomId: () => this.#id(),
      mediaOnlyMs: 300_000,
      maxMembers: 3,
      ...rules,
      mayCall: () => true,
      eventsOf: () => [],
      askBefore: async () => undefined,
      presence: onlyNodePresence((userId, sessionId) => ({
        signalling: !this.#gone.has(`${userId}:${sessionId}`),
        leaving: this.#leaving.has(`${userId}:${sessionId}`),
        media: 'unknown',
      })),
      listeners: [(committed) => this.#check(committed)],
    });
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async do(act: Act): Promise<void> {
    const { userId, sessionId } = actor(act);
    const name = `${userId}:${sessionId}`;
    switch (act.what) {
      case 'wait 5 s':
        return this.#wait(5_000);
      case 'wait 40 s':
        return this.#wait(40_000);
      case 'server removes':
      case 'server ends': {
        const callId = this.#which(act);
        if (callId === undefined) return;
        const other = person(act.whom);
        const done =
          act.what === 'server ends'
            ? this.#calls.end(callId)
            : this.#calls.remove(callId, other).catch(unlessRefused);
        return done;
      }
      case 'server kicks':
        return this.#calls.evictUser(userId);
      case 'lose':
        this.#gone.add(name);
        return this.#calls.presenceChanged(userId, sessionId);
      case 'leave':
        this.#gone.add(name);
        this.#leaving.add(name);
        return this.#calls.presenceChanged(userId, sessionId);
      case 'return':
        this.#gone.delete(name);
        this.#leaving.delete(name);
        return this.#calls.presenceChanged(userId, sessionId);
      default:
        return this.#command(act);
    }
  }

  /** All sessions are closed and every deadline has passed: then every call has ended, and every user can be rung. */
  async quiet(): Promise<void> {
    for (const userId of PEOPLE) {
      for (const device of DEVICES) {
        const { sessionId } = actorOn(userId, device);
        this.#gone.add(`${userId}:${sessionId}`);
        await this.#calls.presenceChanged(userId, sessionId);
      }
    }
    await this.#wait(100_000);
    const live = await this.#store.transaction((tx) => tx.liveCalls());
    assert.deepEqual(live, []);
    for (const call of this.#seen.values()) assert.equal(call.status, 'ended');
    for (const userId of PEOPLE) {
      const by = user('erin');
      const command = { ...callCommand({ by, to: [userId] }), id: this.#commandId() };
      const call = await this.#calls.command(command, actorOn(by));
      assert.equal(call?.status, 'ringing', `${userId} is still busy`);
      await this.#calls.command(
        { type: 'hangup', id: this.#commandId(), callId: call.callId },
        actorOn(by),
      );
    }
  }

  async #command(act: Act): Promise<void> {
    const command = act.what === 'again' ? this.#lastCommand?.command : this.#commandOf(act);
    const who = act.what === 'again' ? this.#lastCommand?.who : act;
    if (command == null || who === undefined) return;
    const before = new Map(this.#seen);
    this.#lastCommand = { command, who };
    try {
      await this.#calls.command(command, actor(who));
    } catch (error) {
      assert.ok(error instanceof CommandError, String(error));
      // A refused command had no effect: a repetition may take effect.
      this.#lastCommand = null;
    }
    if (act.what === 'again')
      assert.deepEqual(this.#seen, before, 'a repeated command did something');
  }

  #which({ which }: Act): CallId | undefined {
    return [...this.#seen.keys()].at(-1 - which);
  }

  #commandOf(act: Act): CallScopedCommand | null {
    const { who, what, whom } = act;
    const id = this.#commandId();
    const by = person(who);
    const other = person(whom);
    const callId = this.#which(act);
    switch (what) {
      case 'call':
        return { ...callCommand({ by, to: [other] }), id };
      case 'call group':
        return { ...callCommand({ by, to: PEOPLE.filter((one) => one !== by).slice(1) }), id };
      case 'call the team':
        return { ...callCommand({ by, to: [other], groupId: 'team' }), id };
      case 'join the team':
        return { type: 'join-group', id, groupId: 'team' };
      case 'cancel': {
        const made = this.#lastCommand?.command;
        return { type: 'cancel', id, callCommandId: made?.id ?? this.#commandId() };
      }
      default:
        return callId === undefined ? null : inCall(what, id, callId, other);
    }
  }

  async #wait(ms: number): Promise<void> {
    this.#clock.advance(ms);
    for (const callId of this.#seen.keys()) await this.#calls.applyDueDeadlines(callId);
  }

  #check({ changes, missed }: Committed): void {
    for (const change of changes) {
      const seen = this.#seen.get(change.after.callId);
      if (!isVisible(change)) continue;
      if (seen !== undefined) {
        assert.ok(change.after.version > seen.version, 'a version was used twice');
        assert.notEqual(seen.status, 'ended', 'an ended call changed');
        if (seen.status === 'active') {
          assert.ok(
            ['hangup', 'offline', 'ended-by-server', null].includes(change.after.endReason),
            `a running call ended as ${String(change.after.endReason)}`,
          );
          assert.notEqual(change.after.status, 'ringing');
        }
      }
      checkShape(change.after);
      this.#seen.set(change.after.callId, change.after);
    }
    for (const userId of PEOPLE) {
      const engaging = [...this.#seen.values()].filter((call) =>
        isEngaged(memberOf(call, userId), this.#rules.callWaiting),
      );
      assert.ok(engaging.length <= 1, `${userId} is taken by ${engaging.length} calls`);
    }
    const teams = [...this.#seen.values()].filter(
      ({ groupProven, status }) => groupProven && status !== 'ended',
    );
    assert.ok(teams.length <= 1, `the team is in ${teams.length} live calls`);
    for (const { missed: one } of missed) assert.ok(this.#seen.has(one.callId));
  }

  #id(): string {
    this.#ids += 1;
    return `random-id-${String(this.#ids).padStart(8, '0')}`;
  }

  #commandId() {
    const id = parseCommandId(this.#id());
    assert.ok(id);
    return id;
  }
}

/** Invariants of each single call. */
function checkShape(call: Call): void {
  const ended = call.status === 'ended';
  assert.equal(call.endReason !== null, ended);
  assert.equal(call.endedAt !== null, ended);
  if (ended) assert.ok(!call.members.some(isLive), 'a user is live in an ended call');
  if (call.endReason === 'rejected' || call.endReason === 'cancelled') assert.ok(call.endedBy);
  if (call.status === 'active') {
    const joined = call.members.filter((one) => one.status === 'joined').length;
    const ringing = call.members.filter((one) => one.status === 'ringing').length;
    assert.ok(joined >= 2 || (joined === 1 && ringing > 0), 'a call continues with one member');
  }
  for (const member of call.members) {
    assert.ok(member.statusVersion <= call.version);
    assert.ok(member.invitedVersion <= member.statusVersion);
    assert.equal(member.leftAt === null, isLive(member), `${member.status} with a wrong leftAt`);
    if (member.status === 'joined') assert.ok(member.sessionId);
    if (member.held) assert.equal(`${call.status} ${member.status}`, 'active joined');
    if (member.joinedAt !== null && member.leftAt !== null) {
      assert.ok(member.leftAt >= member.joinedAt, 'left before they joined');
    }
  }
}

function inCall(what: Act['what'], id: CallScopedCommand['id'], callId: CallId, other: UserId) {
  switch (what) {
    case 'invite':
      return { type: 'invite', id, callId, userIds: [other], timeout: 10 } as const;
    case 'accept and end':
      return { type: 'accept', id, callId, currentCall: 'end' } as const;
    case 'accept and hold':
      return { type: 'accept', id, callId, currentCall: 'hold' } as const;
    case 'hold':
    case 'take up':
      return { type: 'hold', id, callId, on: what === 'hold' } as const;
    case 'switch':
      return { type: 'switch-media-type', id, callId, mediaType: 'audio' } as const;
    case 'accept':
    case 'reject':
    case 'hangup':
    case 'join':
    case 'alerted':
      return { type: what, id, callId } as const;
    default:
      return null;
  }
}

function person(index: number): UserId {
  const found = PEOPLE[index];
  assert.ok(found);
  return found;
}

function actor({ who, device }: Act) {
  const name = DEVICES[device];
  // Carol and Dave cannot prove that they belong to the team.
  return actorOn(person(who), name, who < 2 ? ['team'] : []);
}

function unlessRefused(error: unknown): void {
  assert.ok(error instanceof CommandError, String(error));
}
