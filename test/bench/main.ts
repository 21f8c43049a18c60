import { World } from '../e2e/support/world.ts';
import { benchEffects } from './effects.ts';
import { benchFirstFrame } from './first-frame.ts';
import { benchLoad } from './load.ts';
import { benchMainThread } from './main-thread.ts';
import { benchMediaRestart } from './media-restart.ts';
import { benchNodes } from './nodes.ts';
import { benchRing } from './ring.ts';
import { benchSockets } from './sockets.ts';

/**
 * `npm run bench [ring|frame|load|sockets|thread|restart|effects|nodes]`: each figure beside its floor, in the same run.
 * Page weight is `npm run size`. Needs dist/ (`npm run build`).
 */
const parts = {
  ring: benchRing,
  frame: benchFirstFrame,
  load: benchLoad,
  sockets: benchSockets,
  thread: benchMainThread,
  effects: benchEffects,
  restart: benchMediaRestart,
  nodes: benchNodes,
};
const wanted = process.argv.slice(2);
// The servers, ours and the bare ones, run as docs/deploying.md describes.
process.env['NODE_OPTIONS'] = '--max-semi-space-size=4';
const world = await World.start({
  LOG_LEVEL: 'warn',
  // One socket makes more calls here than a user could.
  TUI_CALL_RATE_COMMANDS_PER_SECOND: '100000',
  TUI_CALL_RATE_RINGS_PER_MINUTE: '100000',
});
try {
  for (const [name, bench] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) console.log(await bench(world));
  }
} finally {
  await world.stop();
}
