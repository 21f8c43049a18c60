import type { Command, UserId } from '../../src/protocol/index.ts';
import type { Actor } from '../calls/model/decision.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import { RatePerMinute } from '../limits/rate-limit.ts';
import { CALLBACK_TIMEOUT_MS } from './group-callback.ts';
import { LatencySamples } from './latency-samples.ts';
import type { GroupCallback } from './group-callback.ts';

export interface GroupVerifierDependencies {
  /** null: only userSigs prove anything. */
  readonly callback: Pick<GroupCallback, 'isMember'> | null;
  readonly calls: Pick<CallService, 'requiredGroup'>;
  readonly clock: Clock;
}

/** Someone who was put out of a group comes into its calls no longer than this. */
const MEMBER_TTL_MS = 10_000;
const NON_MEMBER_TTL_MS = 2_000;
const SWEEP_AFTER = 10_000;
const ATTEMPTS_PER_MINUTE = 60;
/** Past the longest wait for the back end: a refusal takes so long until it has answered for the first time. */
export const REJECTION_DELAY_MS = CALLBACK_TIMEOUT_MS + 200;

/** What became of one command's proof. */
interface Verification {
  readonly actor: Actor;
  /** The back end was asked for it just now. */
  readonly queried: boolean;
}

interface CachedMembership {
  /** Infinity: the answer is still to come. */
  until: number;
  readonly member: Promise<boolean>;
}

/** Which groups someone is proven to belong to: by the userSig, or by the word of the back end. */
export class GroupVerifier {
  readonly #dependencies: GroupVerifierDependencies;
  readonly #attempts: RatePerMinute;
  readonly #cache = new Map<string, CachedMembership>();
  readonly #latencies = new LatencySamples();
  /** Refusals that wait as if the back end had been asked: who asks twice at once is told at once, too. */
  readonly #delays = new Map<string, Promise<void>>();

  constructor(dependencies: GroupVerifierDependencies) {
    this.#dependencies = dependencies;
    this.#attempts = new RatePerMinute(dependencies.clock, ATTEMPTS_PER_MINUTE);
  }

  /**
   * Does the work as the actor with what has to be proven for this command. Asks outside of any transaction:
   * a slow back end keeps nobody else waiting. Whoever may not come into a call is told so as late as the back
   * end's answer would be, whether or not it was asked, and so whether or not there is such a call.
   *
   * @throws {CommandError} membership-unknown | rate-limited, and whatever the work refuses.
   */
  async withVerifiedGroups<T>(
    command: Command,
    actor: Actor,
    work: (as: Actor) => Promise<T>,
  ): Promise<T> {
    const { callback, clock } = this.#dependencies;
    if (callback === null) return work(actor);
    const firstDeadline = this.#latencies.isEmpty ? clock.now() + REJECTION_DELAY_MS : null;
    const proof = await this.#verify(command, actor);
    try {
      return await work(proof.actor);
    } catch (error) {
      if (command.type === 'join' && isNoSuchCall(error)) {
        if (firstDeadline !== null) await this.#delay(firstDeadline - clock.now());
        else if (!proof.queried) await this.#simulateLatency(`${actor.userId} ${command.callId}`);
      }
      throw error;
    }
  }

  async #verify(command: Command, actor: Actor): Promise<Verification> {
    const { calls } = this.#dependencies;
    switch (command.type) {
      case 'join':
        this.#countAttempt(actor.userId);
        return this.#verifyMembership(
          actor,
          await calls.requiredGroup(command.callId, actor.userId),
        );
      case 'join-group':
        this.#countAttempt(actor.userId);
        return this.#verifyMembership(actor, command.groupId);
      case 'call':
        // It rings whom it names in any case; unproven, the group's members do not find it by the group.
        return this.#verifyMembership(actor, command.groupId).catch(() => ({
          actor,
          queried: true,
        }));
      default:
        return { actor, queried: false };
    }
  }

  #simulateLatency(who: string): Promise<void> {
    const waiting = this.#delays.get(who);
    if (waiting !== undefined) return waiting;
    const wait = this.#delay(this.#latencies.next()).finally(() => this.#delays.delete(who));
    this.#delays.set(who, wait);
    return wait;
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.#dependencies.clock.after(Math.max(0, ms), resolve));
  }

  #countAttempt(userId: UserId): void {
    if (!this.#attempts.take(userId)) throw new CommandError('rate-limited');
  }

  async #verifyMembership(actor: Actor, groupId: string): Promise<Verification> {
    const { callback, clock } = this.#dependencies;
    if (callback === null || groupId === '' || actor.groups.includes(groupId)) {
      return { actor, queried: false };
    }
    const known = this.#cache.get(nameOf(actor.userId, groupId));
    const holds = known !== undefined && known.until > clock.now() ? known : null;
    const { member, until } = holds ?? this.#query(callback, actor.userId, groupId);
    const queried = until === Infinity;
    const as = (await member) ? { ...actor, groups: [...actor.groups, groupId] } : actor;
    return { actor: as, queried };
  }

  /** Two who ask at once ask once. A failure is not kept. */
  #query(
    callback: Pick<GroupCallback, 'isMember'>,
    userId: UserId,
    groupId: string,
  ): CachedMembership {
    const { clock } = this.#dependencies;
    this.#sweep();
    const since = clock.now();
    const name = nameOf(userId, groupId);
    const fresh: CachedMembership = { until: Infinity, member: callback.isMember(userId, groupId) };
    this.#cache.set(name, fresh);
    fresh.member.then(
      (member) => {
        fresh.until = clock.now() + (member ? MEMBER_TTL_MS : NON_MEMBER_TTL_MS);
        this.#latencies.add(clock.now() - since);
      },
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

function isNoSuchCall(error: unknown): boolean {
  return error instanceof CommandError && error.shape.name === 'call-not-found';
}
