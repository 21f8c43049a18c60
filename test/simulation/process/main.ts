import './time-scaling.ts';
import type { Tally } from '../virtual/sequence.ts';
import { Street } from './server-process.ts';
import { again, search } from './search.ts';

interface Wanted {
  readonly seed: number;
  readonly path: string | undefined;
  readonly runs: number | undefined;
  readonly times: number | undefined;
}

const MINUTE = 60_000;

/** npm run simulate -- --real: so many lives with a real server, or one of them again. Answers what went wrong. */
export async function liveForReal(
  { seed, path, runs, times }: Wanted,
  tally: Tally,
): Promise<string | null> {
  const street = await Street.start();
  try {
    const failure =
      path === undefined
        ? await search({ street, seed, runs: runs ?? 1000 }, tally)
        : await again({ street, seed, path, times: times ?? 10, shrinkForMs: 5 * MINUTE }, tally);
    console.log(`${street.kills} kills`);
    return failure;
  } finally {
    await street.stop();
  }
}
