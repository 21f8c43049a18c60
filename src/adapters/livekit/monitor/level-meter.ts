/** Cumulative values of an audio track, as in webrtc-stats. */
export interface AudioEnergy {
  /** Integral of the squared amplitude over time. */
  readonly energy: number;
  readonly seconds: number;
}

/** Noise floor: -40 dB. */
const NOISE = 0.01;

/** Computes the mean level since the last sample, 0–1. */
export class LevelMeter {
  #last: AudioEnergy | null = null;

  /** null: unknown until the second sample. */
  sample(now: AudioEnergy): number | null {
    const last = this.#last;
    this.#last = now;
    if (!last) return null;
    const seconds = now.seconds - last.seconds;
    const energy = now.energy - last.energy;
    if (seconds <= 0 || energy < 0) return 0;
    const level = Math.sqrt(energy / seconds);
    return level < NOISE ? 0 : Math.min(level, 1);
  }
}
