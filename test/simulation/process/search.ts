import fc from 'fast-check';
import type { Tally } from '../virtual/sequence/sequence.ts';
import type { ServerPool } from './server-process.ts';
import { runSequence, realSequences, SequenceFailure, type RealSequence } from './sequence.ts';

export interface RealSearch {
  readonly servers: ServerPool;
  readonly runs: number;
  readonly seed: number;
}

/** Number of parallel sequences: while one waits, others run. */
const CONCURRENCY = Number(process.env['TUI_CALL_BESIDE'] ?? 8);

/** Runs this many sequences in parallel. Returns null, or the failure and how to repeat it. */
export async function search(
  { servers, runs, seed }: RealSearch,
  tally: Tally,
): Promise<string | null> {
  const left = [...fc.sample(realSequences, { seed, numRuns: runs }).entries()];
  const wrong: string[] = [];
  const runOn = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, sequence] = next;
      await runSequence(sequence, servers, tally).catch((error: unknown) => {
        wrong.push(describeFailure(error, seed, String(index)));
        // The parallel sequences still run to their end.
        left.length = 0;
      });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, runOn));
  return wrong.length === 0 ? null : wrong.join('\n\n');
}

export interface Again {
  readonly servers: ServerPool;
  readonly seed: number;
  readonly path: string;
  /** Number of parallel repetitions: real time differs in each. */
  readonly times: number;
  /** Time in which shorter sequences are searched for. */
  readonly shrinkForMs: number;
}

/** Repeats the sequence several times; if it fails, returns the shortest failing one. */
export async function repeat(
  { servers, seed, path, times, shrinkForMs }: Again,
  tally: Tally,
): Promise<string | null> {
  const property = fc.asyncProperty(realSequences, (sequence) =>
    severalTimes(sequence, times, servers, tally),
  );
  const { failed, counterexamplePath, errorInstance } = await fc.check(property, {
    ...{ seed, path, numRuns: 1 },
    interruptAfterTimeLimit: shrinkForMs,
  });
  return failed ? describeFailure(errorInstance, seed, counterexamplePath ?? path) : null;
}

/** Beside each other, so that each finds another moment. */
export async function severalTimes(
  sequence: RealSequence,
  times: number,
  servers: ServerPool,
  tally: Tally,
): Promise<void> {
  const results = await Promise.allSettled(
    Array.from({ length: times }, () => runSequence(sequence, servers, tally)),
  );
  for (const one of results) if (one.status === 'rejected') throw one.reason;
}

function describeFailure(error: unknown, seed: number, path: string): string {
  const why = error instanceof Error ? error.message : String(error);
  const kept = error instanceof SequenceFailure ? `\nkeep: ${JSON.stringify(error.sequence)}` : '';
  return `${why}\nnpm run simulate -- --real --seed ${seed} --path ${path}${kept}`;
}
