import type { WidgetPage } from '../e2e/support/widget-page.ts';
import type { World } from '../e2e/support/world.ts';
import { startBenchPages } from './bench-pages.ts';
import { bareJoin } from './first-frame.ts';
import { report } from './measure.ts';

/** How long LiveKit is away, in ms. Its client gives up after 12 s, and the engine joins again. */
const OUTAGES_MS = [500, 3_000, 6_000, 10_000, 15_000, 25_000];

/**
 * LiveKit is killed and restarted: from its first answer to moving video on both pages of a call. Beside it, a
 * bare livekit-client page that joins a room of the restarted LiveKit: no client can be faster.
 */
export async function benchMediaRestart(world: World): Promise<string> {
  const pages = await startBenchPages();
  const floor: number[] = [];
  const ours: number[] = [];
  try {
    const call = await connectedCall(world);
    for (const outageMs of OUTAGES_MS) {
      await world.livekit.kill9();
      await Promise.all(call.map((page) => page.phase('reconnecting')));
      await new Promise((resolve) => setTimeout(resolve, outageMs));
      await world.livekit.restart();
      const answered = performance.now();
      await Promise.all(call.map((page) => page.moving(2)));
      ours.push(performance.now() - answered);
      await Promise.all(call.map((page) => page.phase('connected')));
      floor.push(await bareJoin(world, pages.url));
    }
    await Promise.all(call.map((page) => page.close()));
  } finally {
    pages.stop();
  }
  const outages = OUTAGES_MS.map((ms, i) => `${ms} ms away: ${ours[i]?.toFixed(0)}`).join(', ');
  return [
    report(
      'LiveKit restarted → moving video (ms)',
      { name: 'bare livekit-client: connect + devices → frame', times: floor },
      { name: 'tui-call: reconnect → moving on both', times: ours },
      null,
    ),
    `  ${outages}`,
  ].join('\n');
}

async function connectedCall(world: World): Promise<WidgetPage[]> {
  const [alice, bob] = await Promise.all([world.widget('restart-a'), world.widget('restart-b')]);
  await alice.call('calls', ['restart-b'], 'video');
  await bob.click('Accept');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  return [alice, bob];
}
