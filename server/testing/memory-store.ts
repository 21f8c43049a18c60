import type { CallId, CommandId, MissedCall, UserId } from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import { isEngaged, isLiveFor, memberOf, nextDeadline } from '../calls/model/call.ts';
import type { Call, Missed } from '../calls/model/call.ts';
import type { Change } from '../calls/model/decision.ts';
import type { RecentPosition } from '../calls/history/recent-cursor.ts';
import type { Recent } from '../calls/history/recent.ts';
import type {
  Job,
  MissedSince,
  PurgeTimes,
  RecentItem,
  StoredCommand,
  StoreRules,
} from '../calls/store.ts';
import type { PushStore, PushTables, PushTransaction } from '../push/push-store.ts';
import type { Outbox } from '../webhooks/delivery.ts';

/**
 * The contents of a store as one immutable value, which a test can compare and restore. Sorted, so that equal
 * contents are equal values.
 */
export interface StoreContents {
  readonly calls: readonly Call[];
  readonly commands: readonly StoredCommand[];
  readonly people: readonly (readonly [UserId, Profile])[];
  readonly missed: readonly (MissedCall & { readonly userId: UserId })[];
  readonly jobs: readonly Job[];
  readonly recents: readonly RecentEntry[];
  readonly blocked: readonly Blocked[];
  readonly serverSeenAt: number | null;
}

/** `userId` has blocked `otherId`. */
export interface Blocked {
  readonly userId: UserId;
  readonly otherId: UserId;
}

interface RecentEntry extends RecentPosition {
  readonly userId: UserId;
}

export const EMPTY_STORE: StoreContents = {
  calls: [],
  commands: [],
  people: [],
  missed: [],
  jobs: [],
  recents: [],
  blocked: [],
  serverSeenAt: null,
};

/** A store without a database, for tests with more transactions than SQLite could execute in time. */
export class MemoryStore implements PushStore {
  contents = EMPTY_STORE;
  readonly #rules: StoreRules;
  #last: Promise<unknown> = Promise.resolve();

  constructor(rules: StoreRules = { callWaiting: false }) {
    this.#rules = rules;
  }

  transaction<T>(work: (tx: PushTransaction) => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => {
      const tx = new MemoryTransaction(this.contents, this.#rules);
      const result = await work(tx);
      this.contents = tx.contents;
      return result;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#last;
  }
}

const MAX_MISSED = 100;

const NO_CALLBACKS: Outbox = {
  endpoints: async () => [],
  saveDeliveries: async () => undefined,
};

const NO_PUSH: PushTables = {
  saveJobs: async () => false,
  deleteTargets: async () => undefined,
  saveTarget: async () => undefined,
  target: async () => null,
  targetsOf: async () => [],
  deleteTarget: async () => undefined,
  extendTargets: async () => undefined,
  ringsOf: async () => [],
  ringByToken: async () => null,
  saveRing: async () => undefined,
  setRingState: async () => false,
  deleteRing: async () => undefined,
};

class MemoryTransaction implements PushTransaction {
  /** Nothing in the tests configures callbacks here. */
  readonly callbacks = NO_CALLBACKS;
  /** Nothing in the tests registers a device for push here. */
  readonly push = NO_PUSH;

  contents: StoreContents;
  readonly #rules: StoreRules;

  constructor(contents: StoreContents, rules: StoreRules) {
    this.contents = contents;
    this.#rules = rules;
  }

  async call(callId: CallId): Promise<Call | null> {
    return this.contents.calls.find((call) => call.callId === callId) ?? null;
  }

  async mayAccess(callId: CallId, userId: UserId, groups: readonly string[]): Promise<boolean> {
    const call = await this.call(callId);
    if (call === null) return false;
    const member = memberOf(call, userId);
    if (member !== null && (!member.suppressed || member.previousParticipation !== null))
      return true;
    return call.groupId !== '' && groups.includes(call.groupId);
  }

  async liveCallsOf(userIds: readonly UserId[]): Promise<readonly Call[]> {
    return this.contents.calls.filter((call) =>
      userIds.some((one) => isLiveFor(memberOf(call, one))),
    );
  }

  async liveCallOfGroup(groupId: string): Promise<Call | null> {
    const calls = await this.liveCalls();
    return calls.find((call) => call.groupProven && call.groupId === groupId) ?? null;
  }

  async liveCalls(): Promise<readonly Call[]> {
    return this.contents.calls.filter(({ endedAt }) => endedAt === null);
  }

  async endedRooms(rooms: readonly string[]): Promise<readonly string[]> {
    const ended = this.contents.calls.filter(({ endedAt }) => endedAt !== null);
    return ended.map(({ roomName }) => roomName).filter((room) => rooms.includes(room));
  }

  async saveChange({ before, after }: Change): Promise<void> {
    const stored = await this.call(after.callId);
    if ((stored?.version ?? null) !== (before?.version ?? null)) {
      throw new Error('the call was changed concurrently');
    }
    const { callWaiting } = this.#rules;
    for (const { userId } of after.members.filter((one) => isEngaged(one, callWaiting))) {
      const others = (await this.liveCallsOf([userId])).filter(
        (call) => call.callId !== after.callId && isEngaged(memberOf(call, userId), callWaiting),
      );
      if (others.length > 0) throw new Error(`${userId} would be in two live calls`);
    }
    const { endedAt, groupId, groupProven } = after;
    const ofGroup = endedAt === null && groupProven ? await this.liveCallOfGroup(groupId) : null;
    if (ofGroup !== null && ofGroup.callId !== after.callId) {
      throw new Error(`${groupId} would have two live calls`);
    }
    this.#put('calls', after, ({ callId }) => callId);
    await this.#saveCallJobs(before, after);
  }

  async #saveCallJobs(before: Call | null, after: Call): Promise<void> {
    const dueBefore = before === null ? null : nextDeadline(before);
    const dueAt = nextDeadline(after);
    const job = { kind: 'call-due', subject: after.callId } as const;
    if (dueAt !== null && dueAt !== dueBefore) await this.saveJob({ ...job, dueAt, attempts: 0 });
    if (dueAt === null && dueBefore !== null) await this.deleteJob(job);
    if (after.endedAt === null || before?.endedAt != null) return;
    await this.saveJob({ kind: 'delete-room', subject: after.roomName, dueAt: 0, attempts: 0 });
  }

  async command(userId: UserId, commandId: CommandId): Promise<StoredCommand | null> {
    const isIt = (one: StoredCommand) => one.userId === userId && one.commandId === commandId;
    return this.contents.commands.find(isIt) ?? null;
  }

  async saveCommand(command: StoredCommand): Promise<void> {
    if ((await this.command(command.userId, command.commandId)) !== null) {
      throw new Error('the command is saved already');
    }
    this.#put('commands', command, ({ userId, commandId }) => `${userId} ${commandId}`);
  }

  async profiles(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Profile>> {
    const known = new Map(this.contents.people);
    return new Map(userIds.map((one) => [one, known.get(one) ?? { nickname: '', avatar: '' }]));
  }

  async saveProfile(userId: UserId, { nickname, avatar }: Profile): Promise<void> {
    this.#put('people', [userId, { nickname, avatar }], ([one]) => one);
  }

  async hasServerProfile(): Promise<boolean> {
    return false;
  }

  /** Nothing in the tests reads quality and usage from here. */
  async saveQuality(): Promise<void> {}
  async saveUsage(): Promise<void> {}

  async saveMissed({ userId, call, reason, at }: Missed): Promise<MissedCall> {
    const { callId, callerId, mediaType, groupId } = call;
    const { nickname = '', avatar = '' } = memberOf(call, callerId) ?? {};
    const seq = 1 + Math.max(0, ...this.contents.missed.map((one) => one.seq));
    const person = { callerId, callerNickname: nickname, callerAvatar: avatar };
    const missed = { seq, callId, ...person, mediaType, groupId, reason, at };
    this.contents = {
      ...this.contents,
      missed: [...this.contents.missed, { ...missed, userId }],
    };
    return missed;
  }

  async missedSince(userId: UserId, since: MissedSince): Promise<readonly MissedCall[]> {
    return this.contents.missed
      .filter((one) => one.userId === userId)
      .filter((one) => ('seq' in since ? one.seq > since.seq : one.at > since.at))
      .slice(-MAX_MISSED)
      .map(({ userId: _, ...missed }) => missed);
  }

  async lastMissedSeq(userId: UserId): Promise<number> {
    const own = this.contents.missed.filter((one) => one.userId === userId);
    return Math.max(0, ...own.map(({ seq }) => seq));
  }

  async claimJobs(now: number, leaseUntil: number): Promise<readonly Job[]> {
    const due = this.contents.jobs.filter(({ dueAt }) => dueAt <= now).sort(byTime);
    const claimed = due.map((job) => ({ ...job, dueAt: leaseUntil, attempts: job.attempts + 1 }));
    for (const job of claimed) await this.saveJob(job);
    return claimed;
  }

  async nextJobAt(): Promise<number | null> {
    const { jobs } = this.contents;
    return jobs.length === 0 ? null : Math.min(...jobs.map(({ dueAt }) => dueAt));
  }

  async saveJob(job: Job): Promise<void> {
    this.#put('jobs', job, nameOf);
  }

  async deleteJob(job: Pick<Job, 'kind' | 'subject'>): Promise<void> {
    this.#keepJobs((one) => nameOf(one) !== nameOf(job));
  }

  async finishJob(claimed: Job): Promise<void> {
    this.#keepJobs((one) => !isSame(one, claimed));
  }

  async postponeJob(claimed: Job, dueAt: number): Promise<void> {
    const current = this.contents.jobs.find((one) => isSame(one, claimed));
    if (current !== undefined) await this.saveJob({ ...current, dueAt });
  }

  #keepJobs(keep: (job: Job) => boolean): void {
    this.contents = { ...this.contents, jobs: this.contents.jobs.filter(keep) };
  }

  async saveRecent({ userId, call, at }: Recent): Promise<void> {
    const entry = { userId, callId: call.callId, at };
    this.#put('recents', entry, (one) => `${one.userId} ${one.callId}`);
  }

  async recentCalls(
    userId: UserId,
    after: RecentPosition | null,
    limit: number,
  ): Promise<readonly RecentItem[]> {
    const places = this.contents.recents
      .filter((one) => one.userId === userId && (after === null || newer(one, after) > 0))
      .sort(newer)
      .slice(0, limit);
    return places.flatMap(({ callId, at }) => {
      const call = this.contents.calls.find((one) => one.callId === callId);
      return call === undefined ? [] : [{ call, at }];
    });
  }

  async deleteRecentCalls(userId: UserId, callIds: readonly CallId[]): Promise<void> {
    const recents = this.contents.recents.filter(
      (one) => one.userId !== userId || !callIds.includes(one.callId),
    );
    this.contents = { ...this.contents, recents };
  }

  async blockersOf(otherId: UserId, among: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const blockers = this.contents.blocked.filter((one) => one.otherId === otherId);
    return new Set(blockers.map(({ userId }) => userId).filter((one) => among.includes(one)));
  }

  async blockedBy(userId: UserId, after: UserId | null, limit: number): Promise<readonly UserId[]> {
    const others = this.contents.blocked.filter((one) => one.userId === userId);
    const place = after ?? '';
    return others
      .map(({ otherId }) => otherId)
      .filter((one) => one > place)
      .slice(0, limit);
  }

  async saveBlocked(userId: UserId, otherId: UserId, on: boolean): Promise<void> {
    const isIt = (one: Blocked) => one.userId === userId && one.otherId === otherId;
    const blocked = this.contents.blocked.filter((one) => !isIt(one));
    this.contents = { ...this.contents, blocked };
    if (on) this.#put('blocked', { userId, otherId }, (one) => `${one.userId} ${one.otherId}`);
  }

  async purge(before: PurgeTimes): Promise<boolean> {
    const recents = this.contents.recents.filter(({ at }) => at >= before.recents);
    this.contents = { ...this.contents, recents };
    const commands = this.contents.commands.filter(({ at }) => at >= before.commands);
    const missed = this.contents.missed.filter(({ at }) => at >= before.missed);
    this.contents = { ...this.contents, commands, missed };
    return false;
  }

  async serverSeenAt(): Promise<number | null> {
    return this.contents.serverSeenAt;
  }

  async saveServerSeenAt(at: number): Promise<void> {
    this.contents = { ...this.contents, serverSeenAt: at };
  }

  /** Replaces the entry with the same key, in the order of the keys. */
  #put<K extends 'calls' | 'commands' | 'people' | 'jobs' | 'recents' | 'blocked'>(
    where: K,
    entry: StoreContents[K][number],
    name: (entry: StoreContents[K][number]) => string,
  ): void {
    const entries: readonly StoreContents[K][number][] = this.contents[where];
    const others = entries.filter((one) => name(one) !== name(entry));
    const sorted = [...others, entry].sort((a, b) => (name(a) < name(b) ? -1 : 1));
    this.contents = { ...this.contents, [where]: sorted };
  }
}

/** A job that was saved again has 0 attempts, whenever it is due. */
const isSame = (one: Job, claimed: Job): boolean =>
  nameOf(one) === nameOf(claimed) &&
  one.dueAt === claimed.dueAt &&
  one.attempts === claimed.attempts;

const nameOf = ({ kind, subject }: Pick<Job, 'kind' | 'subject'>) => `${kind} ${subject}`;
const byTime = (a: Job, b: Job) => a.dueAt - b.dueAt;

/** Negative: `a` comes first in the list. */
function newer(a: RecentPosition, b: RecentPosition): number {
  if (a.at !== b.at) return b.at - a.at;
  return a.callId === b.callId ? 0 : a.callId < b.callId ? 1 : -1;
}
