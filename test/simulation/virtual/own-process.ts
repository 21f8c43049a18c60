import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Outcome {
  /** The output of a run that failed; null: it passed. */
  readonly failure: string | null;
  readonly output: readonly string[];
}

/**
 * Runs the simulation in a process of its own: the test runner tracks every promise of its own process, which
 * takes longer than the simulation itself.
 */
export async function runSimulation(options: readonly string[]): Promise<Outcome> {
  const main = join(import.meta.dirname, 'main.ts');
  const args = ['--disable-warning=ExperimentalWarning', main, ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => (output += text.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { failure: code === 0 ? null : output, output: output.trim().split('\n') };
}
