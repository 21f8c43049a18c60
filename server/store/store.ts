import type {
  CallId,
  CommandId,
  CommandType,
  MissedCall,
  UserId,
} from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import type { Call, Missed } from '../calls/model/call.ts';
import type { Change } from '../calls/model/decision.ts';
import type { RecentPosition } from '../calls/history/recent-cursor.ts';
import type { Recent } from '../calls/history/recent.ts';
import type { SessionRows } from './session-rows.ts';

/**
 * Where calls are kept. What a transaction has written is there after a crash as soon as `transaction`
 * has resolved, and not at all when it rejects. A user is in one live call at most, or with call waiting
 * talks in one at most; a group has one at most: the store itself refuses a second one.
 */
export interface Store {
  /** One after the other: `work` sees no other transaction's half. */
  transaction<T>(work: (tx: Transaction) => Promise<T>, durability?: Durability): Promise<T>;
  close(): Promise<void>;
}

/** What the store holds every call to. */
export interface StoreRules {
  /** Several may ring or be on hold for one user, while they talk in one. */
  readonly callWaiting: boolean;
}

/**
 * `repeatable`: nobody was told, and whoever did it would do it again. Survives the death of the process
 * like everything else; only a power cut may undo it, which saves the wait for the disk.
 */
export type Durability = 'durable' | 'repeatable';

export interface Transaction {
  call(callId: CallId): Promise<Call | null>;
  /** Every live call in which one of the users rings or is joined. */
  liveCallsOf(userIds: readonly UserId[]): Promise<readonly Call[]>;
  /** The one live call of a group, begun by someone who is proven to belong to it. */
  liveCallOfGroup(groupId: string): Promise<Call | null>;
  /** Every call that has not ended. */
  liveCalls(): Promise<readonly Call[]>;
  /** Writes what differs, and the job that time needs: ring ends, grace times, room deletion. */
  saveChange(change: Change): Promise<void>;

  command(userId: UserId, commandId: CommandId): Promise<StoredCommand | null>;
  saveCommand(command: StoredCommand): Promise<void>;

  /** '' for both where the user has never said. */
  profiles(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Profile>>;
  saveProfile(userId: UserId, profile: Profile): Promise<void>;

  saveMissed(missed: Missed): Promise<MissedCall>;
  missedSince(userId: UserId, since: MissedSince): Promise<readonly MissedCall[]>;
  /** The highest `seq` of this user; 0 without any. */
  lastMissedSeq(userId: UserId): Promise<number>;

  /** Takes due jobs out of others' reach until `leaseUntil`, when they are due again. */
  claimJobs(now: number, leaseUntil: number): Promise<readonly Job[]>;
  nextJobAt(): Promise<number | null>;
  saveJob(job: Job): Promise<void>;
  deleteJob(job: Pick<Job, 'kind' | 'subject'>): Promise<void>;
  /** Deletes a claimed job, unless it was saved anew meanwhile. */
  finishJob(claimed: Job): Promise<void>;
  /** Puts a claimed job off, unless it was saved anew meanwhile. */
  postponeJob(claimed: Job, dueAt: number): Promise<void>;

  /** Once for each call and user: the newest place counts. */
  saveRecent(recent: Recent): Promise<void>;
  /** The newest first, from behind this place on. */
  recentCalls(
    userId: UserId,
    after: RecentPosition | null,
    limit: number,
  ): Promise<readonly RecentItem[]>;
  deleteRecentCalls(userId: UserId, callIds: readonly CallId[]): Promise<void>;

  /** Those among these users who have blocked this one. */
  blockersOf(userId: UserId, among: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** Whom this user has blocked, in the order of the ids, from behind this one on. */
  blockedBy(userId: UserId, after: UserId | null, limit: number): Promise<readonly UserId[]>;
  /** Saying again what holds already changes nothing. */
  saveBlocked(userId: UserId, otherId: UserId, on: boolean): Promise<void>;

  /** Deletes commands, missed calls and lines of recent calls from before these times. */
  purge(before: PurgeTimes): Promise<void>;

  /** The sessions of all nodes; only in a store that several nodes can share. */
  readonly sessions?: SessionRows;

  /** When the server last said that it runs; null: never. */
  serverSeenAt(): Promise<number | null>;
  saveServerSeenAt(at: number): Promise<void>;
}

/** A command that has had its effect (or, for a cancel that came first, must not have one). */
export interface StoredCommand {
  readonly userId: UserId;
  readonly commandId: CommandId;
  readonly type: CommandType;
  /** The call it was answered with. null: taken back before it arrived. */
  readonly callId: CallId | null;
  readonly at: number;
}

export type RecentItem = Pick<Recent, 'call' | 'at'>;

export interface PurgeTimes {
  readonly commands: number;
  readonly missed: number;
  readonly recents: number;
}

export type MissedSince = { readonly seq: number } | { readonly at: number };

export type JobKind =
  /** A ring, a grace time or a good-bye of this call is over. */
  | 'call-due'
  /** The media room of an ended call is to be deleted. */
  | 'delete-room'
  /** Old commands and missed calls are to be deleted. */
  | 'purge';

export interface Job {
  readonly kind: JobKind;
  /** The call, the room; '' where there is only one. */
  readonly subject: string;
  readonly dueAt: number;
  readonly attempts: number;
}

/** The store cannot be used; says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The database does not answer now; what was asked of it may be asked again. */
export class StoreUnavailable extends StoreError {}
