/** Packets of one direction, counted from the start of each track. */
export interface PacketCount {
  readonly arrived: number;
  readonly lost: number;
}

export interface PacketLossReading {
  readonly lossPercent: number | null;
  readonly silentMs: number;
}

/** Fewer packets than this say nothing about loss. */
const MIN_PACKETS = 10;

/** Turns running totals into "lost lately" and "silent since", for one user. */
export class PacketLossMeter {
  #last: PacketCount | null = null;
  #arrivedAt = 0;

  /** `count` null: nothing should come now. */
  sample(nowMs: number, count: PacketCount | null): PacketLossReading {
    const last = this.#last;
    this.#last = count;
    // A smaller total is a new track's.
    if (!count || !last || count.arrived < last.arrived) {
      this.#arrivedAt = nowMs;
      return { lossPercent: null, silentMs: 0 };
    }
    const arrived = count.arrived - last.arrived;
    // Late packets are taken back from the lost ones: the difference may be negative.
    const lost = Math.max(0, count.lost - last.lost);
    if (arrived > 0) this.#arrivedAt = nowMs;
    return {
      lossPercent: arrived + lost < MIN_PACKETS ? null : (100 * lost) / (arrived + lost),
      silentMs: nowMs - this.#arrivedAt,
    };
  }
}
