import type { UserId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';

/** So many at once, refilled evenly. */
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

/** Full buckets are as good as none: they are swept when there are this many more. */
const SWEEP_AFTER = 10_000;

/** How often something may be done under one name. */
export interface RateLimit {
  take(name: string): boolean | Promise<boolean>;
  /** The same for several names at once, where that is quicker. */
  takeEach?(names: readonly string[]): Promise<boolean>;
}

/** One bucket for each name, so many a minute. */
export class RatePerMinute implements RateLimit {
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

/** How often one may ring others, and one and the same other: against ringing as a nuisance. */
export class CallRate {
  readonly #byCaller: RateLimit;
  readonly #byPair: RateLimit;

  constructor(byCaller: RateLimit, byPair: RateLimit) {
    this.#byCaller = byCaller;
    this.#byPair = byPair;
  }

  async mayCall(caller: UserId, callees: readonly UserId[]): Promise<boolean> {
    if (!(await this.#byCaller.take(caller))) return false;
    const pairs = callees.map((callee) => `${caller}:${callee}`);
    if (this.#byPair.takeEach !== undefined) return this.#byPair.takeEach(pairs);
    for (const pair of pairs) if (!(await this.#byPair.take(pair))) return false;
    return true;
  }
}
