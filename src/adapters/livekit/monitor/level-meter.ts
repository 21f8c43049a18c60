/** Running totals of a sound, as webrtc-stats has them. */
export interface AudioEnergy {
  /** Of the squared amplitude over time. */
  readonly energy: number;
  readonly seconds: number;
}

/** Below this it is the room and not a voice (-40 dB). */
const NOISE = 0.01;

/** Turns running totals into the mean level since the last look, 0–1. */
export class LevelMeter {
  #last: AudioEnergy | null = null;

  /** null: not known yet. */
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
