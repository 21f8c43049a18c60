/** An effect with fewer frames per second is turned off. */
const MIN_FPS = 15;
/** How much an effect saves on a slow device. */
export interface Economy {
  /** The model finds the person in one of so many frames. */
  readonly everyNth: number;
  /** It also does so in each frame in which something moves. */
  readonly onMotion: boolean;
  /** The longer side of the picture, in pixels at most. */
  readonly maxSide: number;
}

/** From the best picture to the cheapest one. */
export const ECONOMIES: readonly Economy[] = [
  { everyNth: 2, onMotion: true, maxSide: 1920 },
  { everyNth: 2, onMotion: false, maxSide: 960 },
  { everyNth: 3, onMotion: false, maxSide: 480 },
];

export interface Pace {
  /** An index of ECONOMIES. */
  readonly level: number;
  /** Seconds in a row that were too slow. */
  readonly slow: number;
  readonly tooSlow: boolean;
}

export const FULL_PACE: Pace = { level: 0, slow: 0, tooSlow: false };

/** One second of work: so many frames took so much time. */
export interface PaceSample {
  readonly frames: number;
  readonly busyMs: number;
}

/** Slow for so many seconds in a row: a short burst of other work is none. */
const PATIENCE = 4;

/** The pace of the next second: four slow seconds lower the effect, and at the lowest turn it off. */
export function nextPace(pace: Pace, { frames, busyMs }: PaceSample): Pace {
  const slow = canKeepUp(frames, busyMs) ? 0 : pace.slow + 1;
  if (slow < PATIENCE) return { ...pace, slow };
  if (pace.level === ECONOMIES.length - 1) return { ...pace, slow, tooSlow: true };
  return { level: pace.level + 1, slow: 0, tooSlow: false };
}

/** A camera in the dark gives fewer frames; then the effect is idle and not to blame. */
function canKeepUp(frames: number, busyMs: number): boolean {
  return frames >= MIN_FPS || busyMs <= (frames / MIN_FPS) * 1000;
}
