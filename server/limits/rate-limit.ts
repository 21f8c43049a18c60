import type { UserId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Rates } from '../config.ts';

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

/** A bucket per name, with a rate per minute. */
export class RatePerMinute {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweepAt = SWEEP_AFTER;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  take(name: string): boolean {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      this.#sweep();
      bucket = new TokenBucket(this.#clock, this.#perMinute, this.#perMinute / 60);
      this.#buckets.set(name, bucket);
    }
    return bucket.take();
  }

  #sweep(): void {
    if (this.#buckets.size < this.#sweepAt) return;
    for (const [name, bucket] of this.#buckets) if (bucket.isFull) this.#buckets.delete(name);
    this.#sweepAt = this.#buckets.size + SWEEP_AFTER;
  }
}

/** Limits how often a user may call others, and how often the same other user. */
export class CallRate {
  readonly #byCaller: RatePerMinute;
  readonly #byPair: RatePerMinute;

  constructor(clock: Clock, rates: Rates) {
    this.#byCaller = new RatePerMinute(clock, rates.callsPerMinute);
    this.#byPair = new RatePerMinute(clock, rates.callsPerPairPerMinute);
  }

  mayCall(caller: UserId, callees: readonly UserId[]): boolean {
    if (!this.#byCaller.take(caller)) return false;
    return callees.every((callee) => this.#byPair.take(`${caller}:${callee}`));
  }
}
