import type { Command, UserId } from '../../src/protocol/index.ts';
import type { Actor } from '../calls/model/decision.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import { RatePerMinute } from '../limits/rate-limit.ts';
import type { GroupCallback } from './group-callback.ts';

export interface GroupVerifierDependencies {
  /** null: only userSigs prove anything. */
  readonly callback: Pick<GroupCallback, 'isMember'> | null;
  readonly calls: Pick<CallService, 'requiredGroup'>;
  readonly clock: Clock;
}

/** A user who is removed from a group can join its calls at most this long afterwards. */
const MEMBER_TTL_MS = 10_000;
const NON_MEMBER_TTL_MS = 2_000;
const SWEEP_AFTER = 10_000;
const ATTEMPTS_PER_MINUTE = 60;

interface CachedMembership {
  /** Infinity while the request is in progress. */
  until: number;
  readonly member: Promise<boolean>;
}

/** Verifies group membership, by the claims of the userSig or by the customer's back end. */
export class GroupVerifier {
  readonly #dependencies: GroupVerifierDependencies;
  readonly #attempts: RatePerMinute;
  readonly #cache = new Map<string, CachedMembership>();

  constructor(dependencies: GroupVerifierDependencies) {
    this.#dependencies = dependencies;
    this.#attempts = new RatePerMinute(dependencies.clock, ATTEMPTS_PER_MINUTE);
  }

  /**
   * Calls `work` with the actor. Adds the group this command requires to the actor if the back end confirms it.
   * The request happens outside of any transaction, so that a slow back end delays no other command.
   *
   * @throws {CommandError} membership-unknown | rate-limited, and what `work` throws.
   */
  async withVerifiedGroups<T>(
    command: Command,
    actor: Actor,
    work: (as: Actor) => Promise<T>,
  ): Promise<T> {
    // Without a callback there is no await, so that commands keep their order.
    if (this.#dependencies.callback === null) return work(actor);
    return work(await this.#verified(command, actor));
  }

  async #verified(command: Command, actor: Actor): Promise<Actor> {
    const { calls } = this.#dependencies;
    switch (command.type) {
      case 'join':
        this.#countAttempt(actor.userId);
        return this.#withGroup(actor, await calls.requiredGroup(command.callId, actor.userId));
      case 'join-group':
        this.#countAttempt(actor.userId);
        return this.#withGroup(actor, command.groupId);
      case 'call':
        // The call rings the named users in any case; without proof it is not the group's call.
        return this.#withGroup(actor, command.groupId).catch(() => actor);
      default:
        return actor;
    }
  }

  #countAttempt(userId: UserId): void {
    if (!this.#attempts.take(userId)) throw new CommandError('rate-limited');
  }

  async #withGroup(actor: Actor, groupId: string): Promise<Actor> {
    const { callback, clock } = this.#dependencies;
    if (callback === null || groupId === '' || actor.groups.includes(groupId)) return actor;
    const known = this.#cache.get(nameOf(actor.userId, groupId));
    const cached = known !== undefined && known.until > clock.now() ? known : null;
    const { member } = cached ?? this.#query(callback, actor.userId, groupId);
    return (await member) ? { ...actor, groups: [...actor.groups, groupId] } : actor;
  }

  /** Concurrent requests share one query. Failures are not cached. */
  #query(
    callback: Pick<GroupCallback, 'isMember'>,
    userId: UserId,
    groupId: string,
  ): CachedMembership {
    const { clock } = this.#dependencies;
    this.#sweep();
    const name = nameOf(userId, groupId);
    const fresh: CachedMembership = { until: Infinity, member: callback.isMember(userId, groupId) };
    this.#cache.set(name, fresh);
    fresh.member.then(
      (member) => (fresh.until = clock.now() + (member ? MEMBER_TTL_MS : NON_MEMBER_TTL_MS)),
      () => this.#cache.delete(name),
    );
    return fresh;
  }

  #sweep(): void {
    if (this.#cache.size < SWEEP_AFTER) return;
    const now = this.#dependencies.clock.now();
    for (const [name, { until }] of this.#cache) if (until <= now) this.#cache.delete(name);
  }
}

const nameOf = (userId: UserId, groupId: string) => `${userId} ${groupId}`;
