import type { NetworkQuality } from '../../../engine/api/observer.ts';

/** Measurements between one user and the media server. */
export interface NetworkMeasurements {
  /** LiveKit's ConnectionQuality. */
  readonly livekit: string;
  /** Over the last seconds; null: not measured. */
  readonly lossPercent: number | null;
  readonly roundTripMs: number | null;
  /** Time without packets although some are expected. */
  readonly silentMs: number;
}

/** With DTX audio packets arrive every 0.4 s, and receiver reports every few seconds. */
const DOWN_AFTER_SILENT_MS = 8_000;

/** From best to worst, without `unknown` and `down`. */
const GRADES = ['excellent', 'good', 'poor', 'bad', 'vBad'] as const;

/**
 * A grade applies below its limit. Loss: Opus with RED conceals about 10 %; at 30 % words are lost. Round
 * trip: above 400 ms speakers interrupt each other (ITU-T G.114: up to 150 ms one way is good).
 */
const LOSS_PERCENT_LIMITS = [2, 5, 12, 30];
const ROUND_TRIP_MS_LIMITS = [150, 300, 500, 1_000];
const LIVEKIT_GRADE: Readonly<Record<string, number>> = { excellent: 0, good: 1, poor: 2 };

/** The worst of the three measurements. */
export function networkQuality(measurements: NetworkMeasurements): NetworkQuality {
  if (measurements.livekit === 'lost' || measurements.silentMs >= DOWN_AFTER_SILENT_MS)
    return 'down';
  const grades = [
    LIVEKIT_GRADE[measurements.livekit],
    gradeOf(measurements.lossPercent, LOSS_PERCENT_LIMITS),
    gradeOf(measurements.roundTripMs, ROUND_TRIP_MS_LIMITS),
  ].filter((grade) => grade !== undefined);
  if (grades.length === 0) return 'unknown';
  return GRADES[Math.max(...grades)] ?? 'vBad';
}

function gradeOf(value: number | null, limits: readonly number[]): number | undefined {
  if (value === null) return undefined;
  const grade = limits.findIndex((limit) => value < limit);
  return grade === -1 ? limits.length : grade;
}
