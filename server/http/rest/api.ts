import type { CallId, CommandId, SessionId, UserId } from '../../../src/protocol/index.ts';
import type { ApiKeys } from '../../api/api-keys.ts';
import type { History } from '../../api/history.ts';
import type { Idempotency } from '../../api/idempotency.ts';
import type { CallbackEndpoints } from '../../callbacks/callback-endpoints.ts';
import type { Profile } from '../../auth/profile.ts';
import type { BlockedPage } from '../../calls/blocked-users.ts';
import type { Call } from '../../calls/model/call.ts';
import type { StoredPushTarget } from '../../push/push-store.ts';
import type { Rates } from '../../limits/rates.ts';
import type { Clock } from '../../shared/clock.ts';
import type { MuteCommand, StartForUser } from '../../calls/server-commands.ts';

/** What the REST API does. @throws {CommandError} */
export interface Api {
  readonly callbacks: CallbackEndpoints;
  readonly history: History;
  /** Once per command id. */
  readonly start: (command: Omit<StartForUser, 'type'>) => Promise<Call>;
  readonly call: (callId: CallId) => Promise<Call>;
  /** Live calls ordered by id, after this id. */
  readonly liveCalls: (after: CallId | null, limit: number) => Promise<readonly Call[]>;
  /** Idempotent. */
  readonly endCall: (callId: CallId) => Promise<void>;
  readonly invite: (callId: CallId, userIds: readonly UserId[], timeout: number) => Promise<void>;
  /** Idempotent. */
  readonly mute: (command: MuteCommand) => Promise<void>;
  /** Idempotent. */
  readonly removeMember: (callId: CallId, userId: UserId) => Promise<void>;
  readonly profile: (userId: UserId) => Promise<Profile>;
  readonly setProfile: (userId: UserId, profile: Profile) => Promise<void>;
  readonly sessions: (userId: UserId) => Promise<readonly SessionId[]>;
  /** Signs out all sessions of the user. Idempotent. */
  readonly kick: (userId: UserId) => Promise<void>;
  /** Idempotent. */
  readonly erase: (userId: UserId) => Promise<void>;
  readonly block: (userId: UserId, otherId: UserId) => Promise<void>;
  readonly unblock: (userId: UserId, otherId: UserId) => Promise<void>;
  readonly blockedBy: (
    userId: UserId,
    page: { readonly cursor: string | null; readonly limit: number },
  ) => Promise<BlockedPage>;
  readonly pushTargets: (userId: UserId) => Promise<readonly StoredPushTarget[]>;
  readonly newCommandId: () => CommandId;
}

export interface RestDependencies {
  readonly apiKeys: ApiKeys;
  readonly idempotency: Idempotency;
  readonly api: Api;
  readonly config: {
    readonly rates: Pick<Rates, 'apiRequestsPerMinute' | 'invalidApiKeysPerMinute'>;
  };
  readonly clock: Clock;
}
