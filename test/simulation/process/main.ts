import './time-scaling.ts';
import type { Tally } from '../virtual/sequence/sequence.ts';
import { ServerPool } from './server-process.ts';
import { repeat, search } from './search.ts';

interface Wanted {
  readonly seed: number;
  readonly path: string | undefined;
  readonly runs: number | undefined;
  readonly times: number | undefined;
}

const MINUTE = 60_000;

/** npm run simulate -- --real: runs sequences with a real server, or repeats one. Returns the failure, if any. */
export async function runWithProcesses(
  { seed, path, runs, times }: Wanted,
  tally: Tally,
): Promise<string | null> {
  const servers = await ServerPool.start();
  try {
    const failure =
      path === undefined
        ? await search({ servers, seed, runs: runs ?? 1000 }, tally)
        : await repeat({ servers, seed, path, times: times ?? 10, shrinkForMs: 5 * MINUTE }, tally);
    console.log(`${servers.kills} kills`);
    return failure;
  } finally {
    await servers.stop();
  }
}
