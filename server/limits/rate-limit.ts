import type { UserId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Rates } from './rates.ts';

/** A token bucket: `burst` tokens, refilled evenly. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #at: number;

  constructor(clock: Clock, burst: number, perSecond: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#at = clock.now();
  }

  take(amount = 1): boolean {
    this.#refill();
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }

  get isFull(): boolean {
    this.#refill();
    return this.#tokens >= this.#burst;
  }

  #refill(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}

/** A full bucket carries no information: full ones are deleted after this many additions. */
const SWEEP_AFTER = 10_000;

/** Limits how often something may be done under one name. */
export interface RateLimit {
  /** Takes `count` tokens of this name; false, and none taken, if there are fewer. */
  take(name: string, count?: number): boolean | Promise<boolean>;
  /** Takes a token of each name; false once one has none. */
  takeEach(names: readonly string[]): boolean | Promise<boolean>;
}

/** Creates a limit; `kind` separates its names from those of other limits. */
export type CreateRateLimit = (kind: string, perMinute: number, burst?: number) => RateLimit;

/** A bucket per name, with a rate per minute and a burst, by default that of one minute. */
export class RatePerMinute implements RateLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweepAt = SWEEP_AFTER;

  constructor(clock: Clock, perMinute: number, burst = perMinute) {
    this.#clock = clock;
    this.#perMinute = perMinute;
    this.#burst = burst;
  }

  take(name: string, amount = 1): boolean {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      this.#sweep();
      bucket = new TokenBucket(this.#clock, this.#burst, this.#perMinute / 60);
      this.#buckets.set(name, bucket);
    }
    return bucket.take(amount);
  }

  takeEach(names: readonly string[]): boolean {
    return names.every((name) => this.take(name));
  }

  #sweep(): void {
    if (this.#buckets.size < this.#sweepAt) return;
    for (const [name, bucket] of this.#buckets) if (bucket.isFull) this.#buckets.delete(name);
    this.#sweepAt = this.#buckets.size + SWEEP_AFTER;
  }
}

/** Limits a user's calls and invitations, the callees in them, and those to the same other user. */
export class CallRate {
  readonly #byCaller: RateLimit;
  readonly #callees: RateLimit;
  readonly #byPair: RateLimit;

  constructor(
    { rates, maxMembers }: { rates: Rates; maxMembers: number },
    create: CreateRateLimit,
  ) {
    this.#byCaller = create('caller', rates.callsPerMinute);
    // One full call is always possible.
    const burst = Math.max(rates.ringsPerMinute, maxMembers - 1);
    this.#callees = create('callees', rates.ringsPerMinute, burst);
    this.#byPair = create('pair', rates.callsPerPairPerMinute);
  }

  async mayCall(caller: UserId, callees: readonly UserId[]): Promise<boolean> {
    if (!(await this.#byCaller.take(caller))) return false;
    if (!(await this.#callees.take(caller, callees.length))) return false;
    return this.#byPair.takeEach(callees.map((callee) => `${caller}:${callee}`));
  }
}
