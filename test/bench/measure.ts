/** Measurements of one quantity, in ms. */
export interface Sample {
  readonly name: string;
  readonly times: readonly number[];
}

export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One line per quantity: medians first, and the ratio to its floor. */
export function report(title: string, floor: Sample, ours: Sample, goal: number | null): string {
  const line = ({ name, times }: Sample) =>
    `  ${name.padEnd(44)} p50 ${percentile(times, 0.5).toFixed(2).padStart(8)}  p95 ${percentile(times, 0.95).toFixed(2).padStart(8)}  n ${times.length}`;
  const ratio = percentile(ours.times, 0.5) / percentile(floor.times, 0.5);
  const wanted = goal === null ? '' : `  (goal: at most ${goal})`;
  return [
    title,
    line(floor),
    line(ours),
    `  ratio of the medians: ${ratio.toFixed(2)}${wanted}`,
  ].join('\n');
}
