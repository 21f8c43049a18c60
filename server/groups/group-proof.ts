import type { Command, UserId } from '../../src/protocol/index.ts';
import type { Actor } from '../calls/decision.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { RatePerMinute } from '../signalling/rate-limit.ts';
import { ANSWER_WITHIN_MS } from './group-callback.ts';
import type { GroupCallback } from './group-callback.ts';

export interface GroupProofParts {
  /** null: only userSigs prove anything. */
  readonly callback: Pick<GroupCallback, 'isMember'> | null;
  readonly calls: Pick<CallService, 'groupToProve'>;
  readonly clock: Clock;
}

/** Someone who was put out of a group comes into its calls no longer than this. */
const YES_HOLDS_MS = 10_000;
const NO_HOLDS_MS = 2_000;
const SWEEP_AFTER = 10_000;
const ATTEMPTS_PER_MINUTE = 60;
/** Past the longest wait for the back end: no refusal may come sooner or later for having asked it. */
export const REFUSED_AFTER_MS = ANSWER_WITHIN_MS + 200;

interface Known {
  until: number;
  readonly member: Promise<boolean>;
}

/** Which groups someone is proven to belong to: by the userSig, or by the word of the back end. */
export class GroupProof {
  readonly #parts: GroupProofParts;
  readonly #attempts: RatePerMinute;
  readonly #known = new Map<string, Known>();

  constructor(parts: GroupProofParts) {
    this.#parts = parts;
    this.#attempts = new RatePerMinute(parts.clock, ATTEMPTS_PER_MINUTE);
  }

  /**
   * The actor with what has to be proven for this command. Asks outside of any transaction: a slow back end
   * keeps nobody else waiting.
   *
   * @throws {Refusal} membership-unknown | rate-limited
   */
  async prove(command: Command, actor: Actor): Promise<Actor> {
    const { callback, calls } = this.#parts;
    if (callback === null) return actor;
    switch (command.type) {
      case 'join':
        this.#count(actor.userId);
        return this.#ask(actor, await calls.groupToProve(command.callId, actor.userId));
      case 'join-group':
        this.#count(actor.userId);
        return this.#ask(actor, command.groupId);
      case 'call':
        // It rings whom it names in any case; unproven, the group's members do not find it by the group.
        return this.#ask(actor, command.groupId).catch(() => actor);
      default:
        return actor;
    }
  }

  /**
   * Does what was asked. Where the back end may have to be asked for it, whoever may not come into a call is
   * told so at one and the same time, whether or not there is such a call.
   */
  async unhurried<T>(command: Command, work: () => Promise<T>): Promise<T> {
    const { callback, clock } = this.#parts;
    if (callback === null || command.type !== 'join') return work();
    const at = clock.now() + REFUSED_AFTER_MS;
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal && SAYS_NOTHING.has(error.shape.name)) {
        await new Promise<void>((resolve) => clock.after(at - clock.now(), resolve));
      }
      throw error;
    }
  }

  #count(userId: UserId): void {
    if (!this.#attempts.take(userId)) throw new Refusal('rate-limited');
  }

  async #ask(actor: Actor, groupId: string): Promise<Actor> {
    if (groupId === '' || actor.groups.includes(groupId)) return actor;
    const member = await this.#isMember(actor.userId, groupId);
    return member ? { ...actor, groups: [...actor.groups, groupId] } : actor;
  }

  /** Two who ask at once ask once. A failure is not kept. */
  #isMember(userId: UserId, groupId: string): Promise<boolean> {
    const { callback, clock } = this.#parts;
    const name = `${userId} ${groupId}`;
    const known = this.#known.get(name);
    if (callback === null || (known && known.until > clock.now())) {
      return known?.member ?? Promise.resolve(false);
    }
    this.#sweep();
    const fresh: Known = { until: Infinity, member: callback.isMember(userId, groupId) };
    this.#known.set(name, fresh);
    fresh.member.then(
      (member) => (fresh.until = clock.now() + (member ? YES_HOLDS_MS : NO_HOLDS_MS)),
      () => this.#known.delete(name),
    );
    return fresh.member;
  }

  #sweep(): void {
    if (this.#known.size < SWEEP_AFTER) return;
    const now = this.#parts.clock.now();
    for (const [name, { until }] of this.#known) if (until <= now) this.#known.delete(name);
  }
}

const SAYS_NOTHING: ReadonlySet<string> = new Set(['call-not-found', 'membership-unknown']);
