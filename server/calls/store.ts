import type {
  CallId,
  CommandId,
  CommandType,
  MissedCall,
  SessionId,
  UserId,
} from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import type { Call, Missed } from './model/call.ts';
import type { Change } from './model/decision.ts';
import type { RecentPosition } from './history/recent-cursor.ts';
import type { Recent } from './history/recent.ts';
import type { UsageChange } from './history/usage.ts';
import type { SharedSessions } from './shared-sessions.ts';
import type { Outbox } from '../webhooks/delivery.ts';

/**
 * Persistent storage of calls. Writes of a transaction survive a crash once `transaction` has resolved, and
 * are rolled back if it rejects. The store itself enforces that a user is in at most one live call (with call
 * waiting: talks in at most one), and that a group has at most one.
 */
export interface Store {
  /** Runs transactions one after another. */
  transaction<T>(work: (tx: Transaction) => Promise<T>, durability?: Durability): Promise<T>;
  close(): Promise<void>;
}

/** Options that change what the store enforces. */
export interface StoreRules {
  /** A user may ring in or hold several calls, and talks in one. */
  readonly callWaiting: boolean;
}

/**
 * `repeatable`: nobody was notified, and the operation is repeated if it is lost. It survives a crash of the
 * process, but maybe not a power failure; in return the transaction does not wait for the disk.
 */
export type Durability = 'durable' | 'repeatable';

export interface Transaction {
  call(callId: CallId): Promise<Call | null>;
  /**
   * Whether the user participates in the call or it is one of these groups. Does the same work for a call of
   * others and for no call, so that the response time reveals nothing.
   */
  mayAccess(callId: CallId, userId: UserId, groups: readonly string[]): Promise<boolean>;
  /** Every live call in which one of the users rings or is joined. */
  liveCallsOf(userIds: readonly UserId[]): Promise<readonly Call[]>;
  /** The live call of a group, started by a proven member. */
  liveCallOfGroup(groupId: string): Promise<Call | null>;
  /** Every call that has not ended. */
  liveCalls(): Promise<readonly Call[]>;
  /** The subset of these media rooms (at least one) whose call has ended. */
  endedRooms(rooms: readonly string[]): Promise<readonly string[]>;
  /** Writes the difference, and the jobs for ring ends, grace times and room deletion. */
  saveChange(change: Change): Promise<void>;

  command(userId: UserId, commandId: CommandId): Promise<StoredCommand | null>;
  saveCommand(command: StoredCommand): Promise<void>;

  /** '' for both fields if the user has no profile. */
  profiles(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Profile>>;
  saveProfile(userId: UserId, profile: Profile): Promise<void>;
  /** Whether the profile was set with the REST API. */
  hasServerProfile(userId: UserId): Promise<boolean>;

  saveMissed(missed: Missed): Promise<MissedCall>;
  missedSince(userId: UserId, since: MissedSince): Promise<readonly MissedCall[]>;
  /** The highest `seq` of this user; 0 without any. */
  lastMissedSeq(userId: UserId): Promise<number>;

  /** Claims due jobs until `leaseUntil`, when they are due again. */
  claimJobs(now: number, leaseUntil: number): Promise<readonly Job[]>;
  nextJobAt(): Promise<number | null>;
  saveJob(job: Job): Promise<void>;
  deleteJob(job: Pick<Job, 'kind' | 'subject'>): Promise<void>;
  /** Deletes a claimed job, unless it was saved again meanwhile. */
  finishJob(claimed: Job): Promise<void>;
  /** Postpones a claimed job, unless it was saved again meanwhile. */
  postponeJob(claimed: Job, dueAt: number): Promise<void>;

  /** One entry per call and user; a newer position replaces the older one. */
  saveRecent(recent: Recent): Promise<void>;
  /** Newest first, after this position. */
  recentCalls(
    userId: UserId,
    after: RecentPosition | null,
    limit: number,
  ): Promise<readonly RecentItem[]>;
  deleteRecentCalls(userId: UserId, callIds: readonly CallId[]): Promise<void>;

  /** The devices that are notified of rings. */
  readonly push: PushHooks;
  /** Stores what a member reported of their connection, in JSON, with the record of the call. */
  saveQuality(callId: CallId, userId: UserId, quality: string): Promise<void>;

  /** Ends and begins times in a call. */
  saveUsage(change: UsageChange): Promise<void>;

  /** The subset of these users who have blocked this user. */
  blockersOf(userId: UserId, among: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** The users whom this user has blocked, ordered by id, after this id. */
  blockedBy(userId: UserId, after: UserId | null, limit: number): Promise<readonly UserId[]>;
  /** Idempotent. */
  saveBlocked(userId: UserId, otherId: UserId, on: boolean): Promise<void>;

  readonly callbacks: Outbox;

  /** Deletes what is older than these times. Returns whether there is more. */
  purge(before: PurgeTimes): Promise<boolean>;

  /** The sessions of all nodes; only in a store that several nodes can share. */
  readonly sessions?: SharedSessions;

  /** Time of the last heartbeat; null if there was none. */
  serverSeenAt(): Promise<number | null>;
  saveServerSeenAt(at: number): Promise<void>;
}

/** What changes of calls and sessions mean for the devices that are notified of rings. */
export interface PushHooks {
  /** Saves a job `push` for each of these users who has such a device. Returns whether there is one. */
  saveJobs(callId: CallId, userIds: readonly UserId[], dueAt: number): Promise<boolean>;
  /** Removes the devices that this session has registered; null: all of the user. */
  deleteTargets(userId: UserId, sessionId: SessionId | null): Promise<void>;
}

/** An executed command, or the tombstone of a cancelled one. */
export interface StoredCommand {
  readonly userId: UserId;
  readonly commandId: CommandId;
  readonly type: CommandType;
  /** The resulting call; null for a tombstone. */
  readonly callId: CallId | null;
  readonly at: number;
}

export type RecentItem = Pick<Recent, 'call' | 'at'>;

export interface PurgeTimes {
  readonly commands: number;
  readonly missed: number;
  readonly recents: number;
  /** Expired devices for push, by the wall clock. */
  readonly pushTargets: number;
  /** Requests with an Idempotency-Key. */
  readonly requests: number;
  /** Deliveries of callbacks that are not pending; `now` ends those of disabled endpoints. */
  readonly deliveries: { readonly now: number; readonly before: number };
  /** Calls that have ended, with their usage; null: they are kept. */
  readonly endedCalls: number | null;
}

export type MissedSince = { readonly seq: number } | { readonly at: number };

export type JobKind =
  /** A ring deadline or grace deadline of a call. */
  | 'call-due'
  /** Deletes the media room of an ended call. */
  | 'delete-room'
  /** Notifies the devices of a user that a ring has begun or is over. */
  | 'push'
  /** Deletes old rows. */
  | 'purge';

export interface Job {
  readonly kind: JobKind;
  /** The call or room; for `push` the call, a space and the user; '' for `purge`. */
  readonly subject: string;
  readonly dueAt: number;
  readonly attempts: number;
}

/** The database cannot be used; the message names the cause and a remedy. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The database does not respond now; a retry may succeed. */
export class StoreUnavailable extends StoreError {}
