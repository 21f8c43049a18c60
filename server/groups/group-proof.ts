import type { Command, UserId } from '../../src/protocol/index.ts';
import type { Actor } from '../calls/decision.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { RatePerMinute } from '../signalling/rate-limit.ts';
import { ANSWER_WITHIN_MS } from './group-callback.ts';
import { AnswerTimes } from './answer-times.ts';
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
/** Past the longest wait for the back end: a refusal takes so long until it has answered for the first time. */
export const REFUSED_AFTER_MS = ANSWER_WITHIN_MS + 200;

/** What became of one command's proof. */
interface Proof {
  readonly actor: Actor;
  /** The back end was asked for it just now. */
  readonly asked: boolean;
}

interface Known {
  /** Infinity: the answer is still to come. */
  until: number;
  readonly member: Promise<boolean>;
}

/** Which groups someone is proven to belong to: by the userSig, or by the word of the back end. */
export class GroupProof {
  readonly #parts: GroupProofParts;
  readonly #attempts: RatePerMinute;
  readonly #known = new Map<string, Known>();
  readonly #times = new AnswerTimes();
  /** Refusals that wait as if the back end had been asked: who asks twice at once is told at once, too. */
  readonly #waits = new Map<string, Promise<void>>();

  constructor(parts: GroupProofParts) {
    this.#parts = parts;
    this.#attempts = new RatePerMinute(parts.clock, ATTEMPTS_PER_MINUTE);
  }

  /**
   * Does the work as the actor with what has to be proven for this command. Asks outside of any transaction:
   * a slow back end keeps nobody else waiting. Whoever may not come into a call is told so as late as the back
   * end's answer would be, whether or not it was asked, and so whether or not there is such a call.
   *
   * @throws {Refusal} membership-unknown | rate-limited, and whatever the work refuses.
   */
  async proven<T>(command: Command, actor: Actor, work: (as: Actor) => Promise<T>): Promise<T> {
    const { callback, clock } = this.#parts;
    if (callback === null) return work(actor);
    const first = this.#times.unknown ? clock.now() + REFUSED_AFTER_MS : null;
    const proof = await this.#prove(command, actor);
    try {
      return await work(proof.actor);
    } catch (error) {
      if (command.type === 'join' && isNoSuchCall(error)) {
        if (first !== null) await this.#pause(first - clock.now());
        else if (!proof.asked) await this.#asIfAsked(`${actor.userId} ${command.callId}`);
      }
      throw error;
    }
  }

  async #prove(command: Command, actor: Actor): Promise<Proof> {
    const { calls } = this.#parts;
    switch (command.type) {
      case 'join':
        this.#count(actor.userId);
        return this.#ask(actor, await calls.groupToProve(command.callId, actor.userId));
      case 'join-group':
        this.#count(actor.userId);
        return this.#ask(actor, command.groupId);
      case 'call':
        // It rings whom it names in any case; unproven, the group's members do not find it by the group.
        return this.#ask(actor, command.groupId).catch(() => ({ actor, asked: true }));
      default:
        return { actor, asked: false };
    }
  }

  #asIfAsked(who: string): Promise<void> {
    const waiting = this.#waits.get(who);
    if (waiting !== undefined) return waiting;
    const wait = this.#pause(this.#times.next()).finally(() => this.#waits.delete(who));
    this.#waits.set(who, wait);
    return wait;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(Math.max(0, ms), resolve));
  }

  #count(userId: UserId): void {
    if (!this.#attempts.take(userId)) throw new Refusal('rate-limited');
  }

  async #ask(actor: Actor, groupId: string): Promise<Proof> {
    const { callback, clock } = this.#parts;
    if (callback === null || groupId === '' || actor.groups.includes(groupId)) {
      return { actor, asked: false };
    }
    const known = this.#known.get(nameOf(actor.userId, groupId));
    const holds = known !== undefined && known.until > clock.now() ? known : null;
    const { member, until } = holds ?? this.#question(callback, actor.userId, groupId);
    const asked = until === Infinity;
    const as = (await member) ? { ...actor, groups: [...actor.groups, groupId] } : actor;
    return { actor: as, asked };
  }

  /** Two who ask at once ask once. A failure is not kept. */
  #question(callback: Pick<GroupCallback, 'isMember'>, userId: UserId, groupId: string): Known {
    const { clock } = this.#parts;
    this.#sweep();
    const since = clock.now();
    const name = nameOf(userId, groupId);
    const fresh: Known = { until: Infinity, member: callback.isMember(userId, groupId) };
    this.#known.set(name, fresh);
    fresh.member.then(
      (member) => {
        fresh.until = clock.now() + (member ? YES_HOLDS_MS : NO_HOLDS_MS);
        this.#times.add(clock.now() - since);
      },
      () => this.#known.delete(name),
    );
    return fresh;
  }

  #sweep(): void {
    if (this.#known.size < SWEEP_AFTER) return;
    const now = this.#parts.clock.now();
    for (const [name, { until }] of this.#known) if (until <= now) this.#known.delete(name);
  }
}

const nameOf = (userId: UserId, groupId: string) => `${userId} ${groupId}`;

function isNoSuchCall(error: unknown): boolean {
  return error instanceof Refusal && error.shape.name === 'call-not-found';
}
