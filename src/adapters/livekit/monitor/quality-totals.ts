import type { NetworkQuality } from '../../../engine/api/observer.ts';
import type { QualityReport } from '../../../protocol/index.ts';

/** A measurement of the own connection. */
export interface QualitySample {
  readonly quality: NetworkQuality;
  readonly roundTripMs: number | null;
  readonly lossPercent: number | null;
}

/** A longer pause was not measured: the page was frozen, or the timer throttled. */
const MAX_GAP_MS = 5_000;
const POOR: ReadonlySet<NetworkQuality> = new Set(['poor', 'bad', 'vBad', 'down']);

/** Adds up the measurements of one call. The time between two samples has the quality of the second one. */
export class QualityTotals {
  reconnections = 0;
  readonly #roundTrip = new Average();
  readonly #loss = new Average();
  #sampledAt: number | null = null;
  #measuredMs = 0;
  #poorMs = 0;

  add(at: number, { quality, roundTripMs, lossPercent }: QualitySample): void {
    const passed = this.#sampledAt === null ? 0 : at - this.#sampledAt;
    this.#sampledAt = at;
    this.#roundTrip.add(roundTripMs);
    this.#loss.add(lossPercent);
    if (passed > MAX_GAP_MS) return;
    this.#measuredMs += passed;
    if (POOR.has(quality)) this.#poorMs += passed;
  }

  /** null: nothing was measured. */
  report(): QualityReport | null {
    if (this.#measuredMs === 0) return null;
    return {
      measuredMs: Math.round(this.#measuredMs),
      poorMs: Math.round(this.#poorMs),
      reconnections: this.reconnections,
      roundTripMs: this.#roundTrip.rounded(1),
      lossPercent: this.#loss.rounded(10),
    };
  }
}

class Average {
  #sum = 0;
  #count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.#sum += value;
    this.#count += 1;
  }

  /** null: there is no value. */
  rounded(parts: number): number | null {
    return this.#count === 0 ? null : Math.round((this.#sum / this.#count) * parts) / parts;
  }
}
