/** Cumulative packets of one direction. */
export interface PacketCount {
  readonly arrived: number;
  readonly lost: number;
}

export interface PacketLossReading {
  readonly lossPercent: number | null;
  readonly silentMs: number;
}

/** Below this the loss is not significant. */
const MIN_PACKETS = 10;

/** Computes recent loss and silence of one user from cumulative values. */
export class PacketLossMeter {
  #last: PacketCount | null = null;
  #arrivedAt = 0;

  /** `count` null: no packets are expected. */
  sample(nowMs: number, count: PacketCount | null): PacketLossReading {
    const last = this.#last;
    this.#last = count;
    // A smaller total belongs to a new track.
    if (!count || !last || count.arrived < last.arrived) {
      this.#arrivedAt = nowMs;
      return { lossPercent: null, silentMs: 0 };
    }
    const arrived = count.arrived - last.arrived;
    // Late packets reduce the total of lost ones: the difference may be negative.
    const lost = Math.max(0, count.lost - last.lost);
    if (arrived > 0) this.#arrivedAt = nowMs;
    return {
      lossPercent: arrived + lost < MIN_PACKETS ? null : (100 * lost) / (arrived + lost),
      silentMs: nowMs - this.#arrivedAt,
    };
  }
}
