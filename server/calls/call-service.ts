import type {
  CallId,
  CommandOf,
  MissedCall,
  Results,
  SessionId,
  UserId,
} from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import type { Clock } from '../clock.ts';
import type { RandomId } from '../random-id.ts';
import { Refusal } from '../refusal.ts';
import type { Durability, Store, Transaction } from '../store/store.ts';
import { hasSeat, memberOf, nextDeadline, partOf } from './call.ts';
import type { Call, Member } from './call.ts';
import {
  endByServer,
  endMediaOnly,
  graceAfterRestart,
  noteReach,
  passTime,
  raiseMediaEpoch,
  removeMember,
  showAs,
} from './call-rules.ts';
import { decide } from './decide.ts';
import type { CallingCommand } from './decide.ts';
import { missedOf } from './decision.ts';
import type { Actor, Change } from './decision.ts';
import { leave } from './leave-call.ts';
import type { Reach } from './presence-rules.ts';
import { parseRecentCursor, recentCursor } from './recent-cursor.ts';
import { recentCall, recentsOf } from './recent.ts';

/** What a transaction has made true: told to everyone it concerns, and to whoever has work by it. */
export interface Committed {
  readonly changes: readonly Change[];
  readonly missed: readonly { readonly userId: UserId; readonly missed: MissedCall }[];
}

export interface CallServiceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly maxMembers: number;
  readonly callWaiting: boolean;
  readonly mayCall: (caller: UserId, callees: readonly UserId[]) => boolean;
  /** How long media alone keeps a call going in which nobody has signalling. */
  readonly mediaOnlyMs: number;
  /** How a session reaches the server at this moment. */
  readonly reach: (userId: UserId, sessionId: SessionId) => Reach;
  /** In this order; a listener's promise keeps the next ones waiting. */
  readonly listeners: readonly ((committed: Committed) => Promise<void> | void)[];
}

/** A new device is shown the missed calls of so long. */
const FIRST_SYNC_MISSED_MS = 24 * 3600_000;

interface Step<T> {
  readonly changes: readonly Change[];
  readonly answer: T;
}

/** Load, decide, commit in one transaction; then tell. Holds no state of any call. */
export class CallService {
  readonly #parts: CallServiceParts;
  /** From when on someone could reach this process. */
  #upAt: number;

  constructor(parts: CallServiceParts) {
    this.#parts = parts;
    this.#upAt = parts.clock.now();
  }

  /**
   * Takes effect once for each command id; answers the call as it is then. null: a cancel that came
   * before its call.
   *
   * @throws {Refusal}
   */
  command(command: CallingCommand, actor: Actor): Promise<Call | null> {
    return this.#run(async (tx) => {
      const { reach, ...world } = this.#parts;
      const isGone = (userId: UserId, sessionId: SessionId) =>
        isUnreachable(reach(userId, sessionId));
      return decide(tx, command, actor, { ...world, isGone, now: this.#parts.clock.now() });
    });
  }

  /** @throws {Refusal} call-not-found, also for a call of others. */
  async call(callId: CallId, userId: UserId): Promise<Call> {
    const call = await this.#parts.store.transaction((tx) => tx.call(callId));
    if (call === null || partOf(call, userId) === null) throw new Refusal('call-not-found');
    return call;
  }

  /** The group to which this user has to belong to come into the call; '' where that is no question. */
  async groupToProve(callId: CallId, userId: UserId): Promise<string> {
    const call = await this.#parts.store.transaction((tx) => tx.call(callId));
    const isQuestion = call !== null && call.status !== 'ended' && partOf(call, userId) === null;
    return isQuestion ? call.groupId : '';
  }

  async sync({ knownCallIds, missedSince }: CommandOf<'sync'>, { userId }: Actor) {
    const now = this.#parts.clock.now();
    const since = missedSince === null ? { at: now - FIRST_SYNC_MISSED_MS } : { seq: missedSince };
    return this.#run(async (tx) => {
      const live = await tx.liveCallsOf([userId]);
      const current = live.map((call) => passTime(call, now));
      const known = await theirs(tx, userId, knownCallIds, live);
      const missed = await tx.missedSince(userId, since);
      const missedSeq = await tx.lastMissedSeq(userId);
      // A ring whose time is over ends here too: it must not be told as one with 0 ms left.
      const changes = live.map((before, index) => ({ before, after: current[index] ?? before }));
      return { changes, answer: { calls: [...current, ...known], missed, missedSeq } };
    });
  }

  /** A page of the user's own list. @throws {Refusal} invalid-parameter for a cursor that is none. */
  async recentCalls(
    { cursor, limit }: Pick<CommandOf<'recent-calls'>, 'cursor' | 'limit'>,
    userId: UserId,
  ): Promise<Results['recent-calls']> {
    const behind = parseRecentCursor(cursor);
    const { store } = this.#parts;
    // One more than asked for: whether there is a next page.
    const found = await store.transaction((tx) => tx.recentCalls(userId, behind, limit + 1));
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      calls: page.flatMap(({ call, at }) => recentCall(call, userId, at) ?? []),
      cursor: last === undefined ? null : recentCursor({ at: last.at, callId: last.call.callId }),
    };
  }

  /** The others in these calls keep their lines. */
  async deleteRecentCalls(callIds: readonly CallId[], userId: UserId): Promise<void> {
    await this.#parts.store.transaction((tx) => tx.deleteRecentCalls(userId, callIds));
  }

  /** A session came, went, or said good-bye, in signalling or in media. */
  async reachChanged(userId: UserId, sessionId: SessionId): Promise<void> {
    const look = (call: Call): Call =>
      noteReach(call, userId, this.#parts.reach(userId, sessionId), this.#parts.clock.now());
    // After a power cut nobody is connected, and everyone gets the whole grace time anew.
    await this.#changeSeat(userId, sessionId, look, 'repeatable');
  }

  /** A session was put out: it gives its seat up at once. */
  async seatTaken(userId: UserId, sessionId: SessionId): Promise<void> {
    await this.#changeSeat(userId, sessionId, (call) =>
      leave(call, userId, this.#parts.clock.now()),
    );
  }

  /** All sessions of a user are put out: they give up every seat, also one whose session is lost. */
  async userTaken(userId: UserId): Promise<void> {
    await this.#run(async (tx) => {
      const calls = await tx.liveCallsOf([userId]);
      const joined = calls.filter((call) => memberOf(call, userId)?.status === 'joined');
      const now = this.#parts.clock.now();
      const changes = joined.map((before) => ({ before, after: leave(before, userId, now) }));
      return { changes, answer: null };
    });
  }

  /** @throws {Refusal} call-not-found */
  async end(callId: CallId): Promise<void> {
    const rule = (call: Call) => endByServer(call, this.#parts.clock.now());
    if (!(await this.#change(callId, rule))) throw new Refusal('call-not-found');
  }

  /** @throws {Refusal} call-not-found, also when the user has no part in the call. */
  async remove(callId: CallId, userId: UserId): Promise<void> {
    const rule = (call: Call) => {
      if (memberOf(call, userId) === null) throw new Refusal('call-not-found');
      return removeMember(call, userId, this.#parts.clock.now());
    };
    if (!(await this.#change(callId, rule))) throw new Refusal('call-not-found');
  }

  /** A deadline of this call is due; the next one, if any, is written down again in any case. */
  async timePassed(callId: CallId): Promise<void> {
    await this.#run(async (tx) => {
      const before = await tx.call(callId);
      if (before === null) return { changes: [], answer: null };
      const after = passTime(before, this.#parts.clock.now());
      const dueAt = nextDeadline(after);
      if (dueAt !== null) {
        await tx.saveJob({ kind: 'call-due', subject: callId, dueAt, attempts: 0 });
      }
      return { changes: [{ before, after }], answer: null };
    });
  }

  /** A while has passed in which nobody of this call may have had signalling. */
  async mediaOnlyPassed(callId: CallId): Promise<void> {
    const { clock, mediaOnlyMs: keptMs, reach } = this.#parts;
    const hasSignalling = ({ userId, sessionId }: Member) =>
      sessionId !== null && reach(userId, sessionId).signalling;
    await this.#change(callId, (call) =>
      endMediaOnly(call, { now: clock.now(), serverUpAt: this.#upAt, keptMs, hasSignalling }),
    );
  }

  async mediaRoomRemade(callId: CallId): Promise<void> {
    await this.#change(callId, raiseMediaEpoch);
  }

  /** How a user is shown from now on, in a running call too. */
  async saveProfile(userId: UserId, profile: Profile): Promise<void> {
    await this.#run(async (tx) => {
      await tx.saveProfile(userId, profile);
      const calls = await tx.liveCallsOf([userId]);
      const changes = calls.map((before) => ({ before, after: showAs(before, userId, profile) }));
      return { changes, answer: undefined };
    });
  }

  async profile(userId: UserId): Promise<Profile> {
    const profiles = await this.#parts.store.transaction((tx) => tx.profiles([userId]));
    return profiles.get(userId) ?? { nickname: '', avatar: '' };
  }

  /** After a start: gives everyone in a call the time to come back. Answers all live calls. */
  async resume(): Promise<readonly Call[]> {
    const now = this.#parts.clock.now();
    this.#upAt = now;
    return this.#run(async (tx) => {
      const seenAt = await tx.serverSeenAt();
      const calls = await tx.liveCalls();
      const changes = calls.map((before) => ({
        before,
        after: graceAfterRestart(before, seenAt, now),
      }));
      return { changes, answer: changes.map(({ after }) => after) };
    });
  }

  /** Answers whether there is such a call. */
  async #change(callId: CallId, rule: (call: Call) => Call): Promise<boolean> {
    return this.#run(async (tx) => {
      const before = await tx.call(callId);
      const changes = before === null ? [] : [{ before, after: rule(before) }];
      return { changes, answer: before !== null };
    });
  }

  /** The seat is the one of this very session: another session of the user says nothing about it. */
  async #changeSeat(
    userId: UserId,
    sessionId: SessionId,
    rule: (call: Call) => Call,
    durability: Durability = 'durable',
  ): Promise<void> {
    await this.#run(async (tx) => {
      const calls = await tx.liveCallsOf([userId]);
      const changes = calls
        .filter((call) => hasSeat(call, { userId, sessionId }))
        .map((before) => ({ before, after: rule(before) }));
      return { changes, answer: null };
    }, durability);
  }

  async #run<T>(
    work: (tx: Transaction) => Promise<Step<T>>,
    durability: Durability = 'durable',
  ): Promise<T> {
    const { committed, answer } = await this.#parts.store.transaction(async (tx) => {
      const step = await work(tx);
      const changes = step.changes.filter(({ before, after }) => before !== after);
      const missed: { userId: UserId; missed: MissedCall }[] = [];
      for (const change of changes) {
        await tx.saveChange(change);
        for (const recent of recentsOf(change)) await tx.saveRecent(recent);
        for (const one of missedOf(change)) {
          missed.push({ userId: one.userId, missed: await tx.saveMissed(one) });
        }
      }
      return { committed: { changes, missed }, answer: step.answer };
    }, durability);
    if (committed.changes.length > 0) {
      for (const listener of this.#parts.listeners) await listener(committed);
    }
    return answer;
  }
}

function isUnreachable({ signalling, media }: Reach): boolean {
  return !signalling && media !== 'here';
}

async function theirs(
  tx: Transaction,
  userId: UserId,
  callIds: readonly CallId[],
  but: readonly Call[],
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  for (const callId of new Set(callIds)) {
    if (but.some((call) => call.callId === callId)) continue;
    const call = await tx.call(callId);
    if (call !== null && partOf(call, userId) !== null) calls.push(call);
  }
  return calls;
}
