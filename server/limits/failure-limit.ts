import type { Clock } from '../shared/clock.ts';
import { networkOf } from './address-limit.ts';

const WINDOW_MS = 60_000;
/** With more, the oldest are forgotten. */
const MAX_NETWORKS = 10_000;

/** What is left of the limit for one address. */
export interface FailuresLeft {
  readonly limit: number;
  readonly remaining: number;
  /** Until the count starts again. */
  readonly resetSeconds: number;
  readonly isOver: boolean;
}

/** Counts failures per address of the TCP peer and minute; headers are not trusted. */
export class FailureLimit {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #networks = new Map<string, { count: number; readonly resetAt: number }>();

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  add(address: string | undefined): FailuresLeft {
    const now = this.#clock.now();
    const network = networkOf(address);
    const known = this.#networks.get(network);
    const current =
      known !== undefined && known.resetAt > now ? known : { count: 0, resetAt: now + WINDOW_MS };
    current.count += 1;
    if (current !== known) this.#remember(network, current);
    return {
      limit: this.#limit,
      remaining: Math.max(0, this.#limit - current.count),
      resetSeconds: Math.ceil((current.resetAt - now) / 1000),
      isOver: current.count > this.#limit,
    };
  }

  /** How many addresses are counted. */
  get size(): number {
    return this.#networks.size;
  }

  /** In the order of time. */
  #remember(network: string, entry: { count: number; readonly resetAt: number }): void {
    this.#networks.delete(network);
    const [oldest] = this.#networks.keys();
    if (this.#networks.size >= MAX_NETWORKS && oldest !== undefined) this.#networks.delete(oldest);
    this.#networks.set(network, entry);
  }
}
