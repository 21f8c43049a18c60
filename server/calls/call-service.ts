import type { CallId, CommandOf, Results, SessionId, UserId } from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import { CommandError } from '../shared/command-error.ts';
import type { Durability, Store, Transaction } from './store.ts';
import { hasSeat, memberOf, nextDeadline, participationOf } from './model/call.ts';
import type { Call, Member } from './model/call.ts';
import {
  endByServer,
  endWithoutSignalling,
  graceAfterRestart,
  updatePresence,
  applyDeadlines,
  raiseMediaEpoch,
  removeMember,
  withProfile,
} from './rules/index.ts';
import { gated } from './call-gate.ts';
import type { AskBefore } from './call-gate.ts';
import { writeChanges } from './change-writer.ts';
import type { ChangeWriterDependencies, Committed } from './change-writer.ts';
import { executeCommand } from './command-executor.ts';
import type { ServerCommandContext } from './server-commands.ts';
import type { CallScopedCommand, CommandOutcome } from './command-executor.ts';
import type { Actor, Change } from './model/decision.ts';
import { leave } from './rules/leave-call.ts';
import { isUnreachable } from './presence.ts';
import type { Presence } from './presence.ts';
import { callsVisibleTo } from './visible-calls.ts';
import { recentPage } from './recent-page.ts';

export interface CallServiceDependencies extends ChangeWriterDependencies {
  readonly store: Store;
  /** Asks back ends before users are rung. */
  readonly askBefore: AskBefore;
  readonly maxMembers: number;
  readonly callWaiting: boolean;
  readonly mayCall: (caller: UserId, callees: readonly UserId[]) => boolean | Promise<boolean>;
  /** How long a call continues in which only media, and no signalling, reaches the servers. */
  readonly mediaOnlyMs: number;
  readonly presence: Presence;
  /** Called in order; each waits for the promise of the one before. */
  readonly listeners: readonly ((committed: Committed) => Promise<void> | void)[];
}

/** A device that syncs for the first time gets the missed calls of this period. */
const FIRST_SYNC_MISSED_MS = 24 * 3600_000;

interface TransactionResult<T> {
  readonly changes: readonly Change[];
  readonly result: T;
}

/** Loads, decides and commits in one transaction, then notifies the listeners. Holds no call state. */
export class CallService {
  readonly #dependencies: CallServiceDependencies;
  /** When this process began to accept connections. */
  #startedAt: number;

  constructor(dependencies: CallServiceDependencies) {
    this.#dependencies = dependencies;
    this.#startedAt = dependencies.clock.now();
  }

  /**
   * Executes a command once per command id and returns the resulting call; null for a cancel that arrived
   * before its call command.
   *
   * @throws {CommandError}
   */
  command(command: CallScopedCommand, actor: Actor): Promise<Call | null> {
    let allowed: boolean | Promise<boolean> | undefined;
    // Asked once, however often the transaction is run.
    const mayCall = (caller: UserId, callees: readonly UserId[]) =>
      (allowed ??= this.#dependencies.mayCall(caller, callees));
    return this.#runGated(async (tx) => {
      const { presence, clock } = this.#dependencies;
      const isGone = async (userId: UserId, sessionId: SessionId) =>
        isUnreachable(await presence.reach(tx, userId, sessionId));
      return executeCommand(tx, command, actor, {
        ...this.#dependencies,
        mayCall,
        isGone,
        cannotAnswer: () => presence.cannotAnswer(tx, actor.userId, actor.sessionId),
        now: clock.now(),
      });
    });
  }

  /** @throws {CommandError} call-not-found, also if the user is not a member. */
  async call(callId: CallId, userId: UserId): Promise<Call> {
    const call = await this.#dependencies.store.transaction(async (tx) =>
      (await tx.mayAccess(callId, userId, [])) ? tx.call(callId) : null,
    );
    if (call === null || participationOf(call, userId) === null)
      throw new CommandError('call-not-found');
    return call;
  }

  /** The group this user has to belong to in order to join; '' if the call requires no proof. */
  async requiredGroup(callId: CallId, userId: UserId): Promise<string> {
    const call = await this.#dependencies.store.transaction((tx) => tx.call(callId));
    const isQuestion =
      call !== null && call.status !== 'ended' && participationOf(call, userId) === null;
    return isQuestion ? call.groupId : '';
  }

  async sync({ knownCallIds, missedSince }: CommandOf<'sync'>, { userId }: Actor) {
    const now = this.#dependencies.clock.now();
    const since = missedSince === null ? { at: now - FIRST_SYNC_MISSED_MS } : { seq: missedSince };
    return this.#run(async (tx) => {
      const live = await tx.liveCallsOf([userId]);
      const current = live.map((call) => applyDeadlines(call, now));
      const known = await callsVisibleTo(tx, userId, knownCallIds, live);
      const missed = await tx.missedSince(userId, since);
      const missedSeq = await tx.lastMissedSeq(userId);
      // Ends a ring whose deadline has passed, instead of sending it with 0 ms remaining.
      const changes = live.map((before, index) => ({ before, after: current[index] ?? before }));
      return { changes, result: { calls: [...current, ...known], missed, missedSeq } };
    });
  }

  /** A page of the user's recent calls. @throws {CommandError} invalid-parameter for a malformed cursor. */
  recentCalls(
    { cursor, limit }: Pick<CommandOf<'recent-calls'>, 'cursor' | 'limit'>,
    userId: UserId,
  ): Promise<Results['recent-calls']> {
    return recentPage(this.#dependencies.store, { cursor, limit }, userId);
  }

  /** Affects this user's list only. */
  async deleteRecentCalls(callIds: readonly CallId[], userId: UserId): Promise<void> {
    await this.#dependencies.store.transaction((tx) => tx.deleteRecentCalls(userId, callIds));
  }

  /** The reachability of a session changed: signalling, media or a leave beacon. */
  async presenceChanged(userId: UserId, sessionId: SessionId): Promise<void> {
    const { presence } = this.#dependencies;
    let connection: object | null;
    // Of two transactions the later one may have read first.
    do {
      connection = presence.here(userId, sessionId);
      await this.#savePresence(userId, sessionId);
    } while (presence.here(userId, sessionId) !== connection);
  }

  async #savePresence(userId: UserId, sessionId: SessionId): Promise<void> {
    const { presence, clock } = this.#dependencies;
    // Safe to lose: after a power failure every member gets the whole grace time again.
    await this.#run(async (tx) => {
      const replaced = await presence.record(tx, userId, sessionId);
      for (const one of replaced) await tx.push.deleteTargets(one.userId, one.sessionId);
      const calls = await tx.liveCallsOf([userId]);
      const changes: Change[] = [];
      for (const before of calls) {
        if (hasSeat(before, { userId, sessionId })) {
          const reachability = await presence.reach(tx, userId, sessionId);
          changes.push({
            before,
            after: updatePresence(before, userId, reachability, clock.now()),
          });
        } else if (replaced.some((one) => hasSeat(before, one))) {
          changes.push({ before, after: leave(before, userId, clock.now()) });
        }
      }
      return { changes, result: null };
    }, 'repeatable');
  }

  /** Gives up the seat of a session that was kicked. */
  async evictSession(userId: UserId, sessionId: SessionId): Promise<void> {
    await this.#run(async (tx) => {
      const calls = await tx.liveCallsOf([userId]);
      await tx.push.deleteTargets(userId, sessionId);
      const now = this.#dependencies.clock.now();
      const changes = calls
        .filter((call) => hasSeat(call, { userId, sessionId }))
        .map((before) => ({ before, after: leave(before, userId, now) }));
      return { changes, result: null };
    });
  }

  /** Gives up all seats of a user whose sessions were kicked, also that of an unreachable session. */
  async evictUser(userId: UserId): Promise<void> {
    await this.#run(async (tx) => {
      const calls = await tx.liveCallsOf([userId]);
      await this.#dependencies.presence.evict(tx, userId);
      await tx.push.deleteTargets(userId, null);
      const joined = calls.filter((call) => memberOf(call, userId)?.status === 'joined');
      const now = this.#dependencies.clock.now();
      const changes = joined.map((before) => ({ before, after: leave(before, userId, now) }));
      return { changes, result: null };
    });
  }

  /** @throws {CommandError} call-not-found */
  async end(callId: CallId): Promise<void> {
    const rule = (call: Call) => endByServer(call, this.#dependencies.clock.now());
    if (!(await this.#change(callId, rule))) throw new CommandError('call-not-found');
  }

  /** @throws {CommandError} call-not-found, also if the user is not a member. */
  async remove(callId: CallId, userId: UserId): Promise<void> {
    const rule = (call: Call) => {
      if (memberOf(call, userId) === null) throw new CommandError('call-not-found');
      return removeMember(call, userId, this.#dependencies.clock.now());
    };
    if (!(await this.#change(callId, rule))) throw new CommandError('call-not-found');
  }

  /** Executes a command of server-commands.ts. @throws {CommandError} */
  async forServer(
    command: (tx: Transaction, context: ServerCommandContext) => Promise<CommandOutcome>,
  ): Promise<Call> {
    const { clock } = this.#dependencies;
    const call = await this.#runGated((tx) =>
      command(tx, { ...this.#dependencies, now: clock.now() }),
    );
    if (call === null) throw new CommandError('call-not-found');
    return call;
  }

  /** Removes a user whose sessions were kicked from every live call. */
  async removeFromAll(userId: UserId): Promise<void> {
    await this.#run(async (tx) => {
      const calls = await tx.liveCallsOf([userId]);
      await this.#dependencies.presence.evict(tx, userId);
      await tx.push.deleteTargets(userId, null);
      const now = this.#dependencies.clock.now();
      const changes = calls.map((before) => ({
        before,
        after: removeMember(before, userId, now),
      }));
      return { changes, result: null };
    });
  }

  /** Applies the due deadlines of a call and schedules the next one. */
  async applyDueDeadlines(callId: CallId): Promise<void> {
    await this.#run(async (tx) => {
      const before = await tx.call(callId);
      if (before === null) return { changes: [], result: null };
      const after = applyDeadlines(before, this.#dependencies.clock.now());
      const dueAt = nextDeadline(after);
      if (dueAt !== null) {
        await tx.saveJob({ kind: 'call-due', subject: callId, dueAt, attempts: 0 });
      }
      return { changes: [{ before, after }], result: null };
    });
  }

  /** Ends the call if no joined member has had signalling for `mediaOnlyMs`. */
  async endIfSignallingLost(callId: CallId): Promise<void> {
    const { clock, mediaOnlyMs: keptMs } = this.#dependencies;
    await this.#run(async (tx) => {
      const before = await tx.call(callId);
      if (before === null) return { changes: [], result: null };
      const reached = await this.#reached(tx, before.members);
      const hasSignalling = (member: Member) => reached.has(member.userId);
      const context = {
        now: clock.now(),
        serverUpAt: this.#startedAt,
        timeoutMs: keptMs,
        hasSignalling,
      };
      return { changes: [{ before, after: endWithoutSignalling(before, context) }], result: null };
    });
  }

  /** Those of these members whose own session has signalling. */
  async #reached(tx: Transaction, members: readonly Member[]): Promise<ReadonlySet<UserId>> {
    const reached = new Set<UserId>();
    for (const { userId, sessionId, status } of members) {
      if (status !== 'joined' || sessionId === null) continue;
      const { signalling } = await this.#dependencies.presence.reach(tx, userId, sessionId);
      if (signalling) reached.add(userId);
    }
    return reached;
  }

  /** The room of this epoch was lost and created again. A later epoch was incremented for that already. */
  async mediaRoomRecreated(callId: CallId, mediaEpoch: number): Promise<void> {
    await this.#change(callId, (call) =>
      call.mediaEpoch === mediaEpoch ? raiseMediaEpoch(call) : call,
    );
  }

  /** Stores the profile and updates the live calls of the user. */
  async saveProfile(userId: UserId, profile: Profile): Promise<void> {
    await this.#run(async (tx) => {
      await tx.saveProfile(userId, profile);
      const calls = await tx.liveCallsOf([userId]);
      const changes = calls.map((before) => ({
        before,
        after: withProfile(before, userId, profile),
      }));
      return { changes, result: undefined };
    });
  }

  /** What `setSelfInfo` results in: a profile that the server has set stays. */
  ownProfile(userId: UserId, wanted: Profile): Promise<Profile> {
    return this.#dependencies.store.transaction(async (tx) =>
      (await tx.hasServerProfile(userId))
        ? ((await tx.profiles([userId])).get(userId) ?? wanted)
        : wanted,
    );
  }

  /** The connected sessions of a user. */
  sessionsOf(userId: UserId): Promise<readonly SessionId[]> {
    const { store, presence } = this.#dependencies;
    return store.transaction((tx) => presence.sessionsOf(tx, userId), 'repeatable');
  }

  /** The stored profile of a user who signs in, and the number of their other sessions, on all nodes. */
  signingIn(userId: UserId, sessionId: SessionId) {
    const { store, presence } = this.#dependencies;
    return store.transaction(async (tx) => {
      const otherSessions = await presence.countOthers(tx, userId, sessionId);
      const profiles = await tx.profiles([userId]);
      const profile: Profile = profiles.get(userId) ?? { nickname: '', avatar: '' };
      return { otherSessions, profile };
    });
  }

  /**
   * After a restart: starts the grace time of every joined member, unless other nodes have run meanwhile. Returns
   * all live calls.
   */
  async resume({ othersRun = false } = {}): Promise<readonly Call[]> {
    const now = this.#dependencies.clock.now();
    this.#startedAt = now;
    return this.#run(async (tx) => {
      const seenAt = await tx.serverSeenAt();
      const calls = await tx.liveCalls();
      if (othersRun) return { changes: [], result: calls };
      const changes = calls.map((before) => ({
        before,
        after: graceAfterRestart(before, seenAt, now),
      }));
      return { changes, result: changes.map(({ after }) => after) };
    });
  }

  /** Returns whether the call exists. */
  async #change(callId: CallId, rule: (call: Call) => Call): Promise<boolean> {
    return this.#run(async (tx) => {
      const before = await tx.call(callId);
      const changes = before === null ? [] : [{ before, after: rule(before) }];
      return { changes, result: before !== null };
    });
  }

  /** For what may ring users: a back end may have to be asked. @throws {CommandError} call-denied */
  #runGated<T>(work: (tx: Transaction) => Promise<TransactionResult<T>>): Promise<T> {
    return gated(this.#dependencies.askBefore, (check) =>
      this.#run(async (tx) => {
        const step = await work(tx);
        await check(tx, step.changes);
        return step;
      }),
    );
  }

  async #run<T>(
    work: (tx: Transaction) => Promise<TransactionResult<T>>,
    durability: Durability = 'durable',
  ): Promise<T> {
    const { committed, result } = await this.#dependencies.store.transaction(async (tx) => {
      const step = await work(tx);
      const committed = await writeChanges(tx, step.changes, this.#dependencies);
      return { committed, result: step.result };
    }, durability);
    if (committed.changes.length > 0) {
      for (const listener of this.#dependencies.listeners) await listener(committed);
    }
    return result;
  }
}
