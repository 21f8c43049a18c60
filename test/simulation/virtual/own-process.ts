import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Lives in a process of their own: the test runner watches every promise of the ones it runs, which takes longer
 * than they do. Answers what is wrong, in words, or null; and what was said of it all.
 */
export async function liveElsewhere(
  args: readonly string[],
): Promise<{ readonly wrong: string | null; readonly said: readonly string[] }> {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => (output += text.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { wrong: code === 0 ? null : output, said: output.trim().split('\n') };
}
