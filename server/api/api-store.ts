import type { CallId, EndReason, MediaType, UserId } from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import type { Call } from '../calls/model/call.ts';
import type { Durability, Store } from '../calls/store.ts';
import type { PushTransaction } from '../push/push-store.ts';
import type { CallbackTables } from '../webhooks/delivery.ts';
import type { StoredApiKey } from './api-key.ts';

/** A store that also holds what only the REST API reads and writes. */
export interface ServerStore extends Store {
  transaction<T>(work: (tx: ApiTransaction) => Promise<T>, durability?: Durability): Promise<T>;
}

export interface ApiTransaction extends PushTransaction {
  readonly api: ApiTables;
  readonly callbacks: CallbackTables;
}

/** The part of a transaction for the REST API. Lives as long as its transaction. */
export interface ApiTables {
  saveApiKey(key: StoredApiKey): Promise<void>;
  apiKey(keyId: string): Promise<StoredApiKey | null>;
  /** The oldest first. */
  apiKeys(): Promise<readonly StoredApiKey[]>;
  /** Returns whether there was such a key. */
  deleteApiKey(keyId: string): Promise<boolean>;
  saveApiKeyUse(keyId: string, at: number): Promise<void>;

  /** The request with this key; null: there is none. */
  idempotent(keyId: string, idempotencyKey: string): Promise<IdempotentRequest | null>;
  /** Returns false if there is one already. */
  addIdempotent(request: IdempotentRequest): Promise<boolean>;
  /** Returns false if `known` was replaced meanwhile. */
  replaceIdempotent(known: IdempotentRequest, request: IdempotentRequest): Promise<boolean>;
  /** Adds the response. */
  saveResponse(request: IdempotentRequest): Promise<void>;
  deleteIdempotent(keyId: string, idempotencyKey: string): Promise<void>;

  /** A call that is only shown. */
  shownCall(callId: CallId): Promise<Call | null>;
  /** Live calls, ordered by id, after this id. */
  liveCallsAfter(callId: CallId | null, limit: number): Promise<readonly Call[]>;

  /** The record of a call that has ended. */
  record(callId: CallId): Promise<StoredRecord | null>;
  /** The newest first. */
  records(query: RecordQuery): Promise<readonly StoredRecord[]>;
  /** The latest end first. */
  usageTimes(page: UsagePage): Promise<readonly UsageTime[]>;

  /** Sets a profile that `setSelfInfo` does not change any more. */
  saveServerProfile(userId: UserId, profile: Profile): Promise<void>;

  /** Replaces the user's id in what remains and deletes the rest. */
  eraseUser(userId: UserId, replacement: UserId): Promise<void>;
}

export interface IdempotentRequest {
  readonly keyId: string;
  readonly idempotencyKey: string;
  /** Identifies method, path and body. */
  readonly request: string;
  /** null while it is executed. */
  readonly status: number | null;
  readonly body: string;
  readonly at: number;
}

/** A call that has ended, and what is known only of such a call. */
export interface StoredRecord {
  readonly call: Call;
  readonly rating: number | null;
  /** As the clients reported it, in JSON. */
  readonly quality: ReadonlyMap<UserId, string>;
}

/** The position in a list of records after which the next page starts. */
export interface RecordPosition {
  readonly at: number;
  readonly callId: CallId;
}

export interface RecordFilter {
  /** By the time of the call command: from this time on, and before that one. Epoch ms. */
  readonly from: number | null;
  readonly to: number | null;
  readonly userId: UserId | null;
  readonly groupId: string | null;
  readonly endReason: EndReason | null;
  readonly mediaType: MediaType | null;
}

export interface RecordQuery extends RecordFilter {
  readonly after: RecordPosition | null;
  readonly limit: number;
}

/** What the figures are added up by. */
export const USAGE_KEYS = ['day', 'user', 'group'] as const;
export type UsageKey = (typeof USAGE_KEYS)[number];

/** A part of the times of members in calls. */
export interface UsagePage {
  /** Only times that ended after this one. Epoch ms. */
  readonly from: number;
  readonly now: number;
  /** Those before this position; null: those that run now, all of them. */
  readonly before: UsagePosition | null;
  readonly limit: number;
}

/** The fields besides `endedAt` are null before the first one of that end. */
export interface UsagePosition {
  readonly endedAt: number;
  readonly callId: CallId | null;
  readonly userId: UserId | null;
  readonly startedAt: number | null;
}

/** A time of one member in one call with one media type. */
export interface UsageTime {
  readonly callId: CallId;
  readonly userId: UserId;
  readonly groupId: string;
  readonly mediaType: MediaType;
  readonly startedAt: number;
  /** null: it runs. */
  readonly endedAt: number | null;
}

export interface UsageFigure {
  /** The day as its first epoch ms in UTC, a userId or a groupId ('' for calls without a group). */
  readonly key: string;
  readonly audioMs: number;
  readonly videoMs: number;
  /** The most members who were in calls at one time. */
  readonly peakMembers: number;
}
