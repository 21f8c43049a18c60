import type { World } from '../e2e/support/world.ts';
import { startBenchPages } from './bench-pages.ts';
import { percentile } from './measure.ts';

const ROUNDS = 15;

/** Script time at load (parse, compile, run), as the browser reports it, beside lit and livekit-client alone. */
export async function benchLoad(world: World): Promise<string> {
  const pages = await startBenchPages();
  const times: Record<string, number[]> = {
    'lit-alone': [],
    'livekit-alone': [],
    'dist/tui-call': [],
  };
  const browser = await world.browser();
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, list] of Object.entries(times)) {
        const page = await browser.newPage();
        await page.goto(`${pages.url}/${name}.html`, { waitUntil: 'networkidle0' });
        const { ScriptDuration } = await page.metrics();
        list.push((ScriptDuration ?? Number.NaN) * 1000);
        await page.close();
      }
    }
  } finally {
    pages.stop();
  }
  const lines = Object.entries(times).map(
    ([name, list]) =>
      `  ${name.padEnd(44)} p50 ${percentile(list, 0.5).toFixed(2).padStart(8)}  n ${list.length}`,
  );
  return ['script time at load (ms)', ...lines].join('\n');
}
