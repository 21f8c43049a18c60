import fc from 'fast-check';
import { runSequence, sequences, type Sequence, type Tally } from './sequence/sequence.ts';

export interface Search {
  readonly runs: number;
  readonly seed?: number;
  readonly path?: string;
}

/** Runs this many sequences. Returns null if all pass, else how to repeat the failure. */
export async function search({ runs, ...again }: Search, tally: Tally): Promise<string | null> {
  const property = fc.asyncProperty(sequences, (sequence) => runSequence(sequence, tally));
  const { failed, seed, counterexample, counterexamplePath, errorInstance } = await fc.check(
    property,
    { numRuns: runs, ...again },
  );
  if (!failed) return null;
  const found = counterexample === null ? '' : `\nkeep: ${written(counterexample[0])}`;
  const path = counterexamplePath ?? '';
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${why}\nnpm run simulate -- --seed ${seed} --path ${path}${found}`;
}

function written({ setup, steps }: Sequence): string {
  return JSON.stringify({ setup: { ...setup }, steps });
}

/** A new seed on each run. */
export function freshSeed(): number {
  return (Math.random() * 2 ** 31) | 0;
}
