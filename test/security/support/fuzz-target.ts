import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_RATES } from '../../../server/limits/rates.ts';
import { createServer } from '../../../server/create-server.ts';
import { createLog } from '../../../server/shared/log.ts';
import { FakeClock } from '../../../server/testing/fake-clock.ts';
import { FakeMediaServer } from '../../../server/testing/fake-media-server.ts';
import { TEST_CONFIG } from '../../../server/testing/test-server.ts';
import type { Held } from './fuzz-server.ts';

/**
 * The call server in its own process, so that its memory and processor time can be measured. Its clock
 * stands still until the test releases it; it writes unexpected errors to stderr.
 */

/** Rate limits would answer most frames: they are off, so that every frame is decoded. */
const RATES = {
  ...DEFAULT_RATES,
  callsPerMinute: 1e9,
  callsPerPairPerMinute: 1e9,
  ringsPerMinute: 1e9,
  broadcastBurst: 1e9,
  commandsPerSecond: 1e9,
  commandBurst: 1e9,
  connectsPerMinute: 1e9,
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const clock = new FakeClock();
const server = await createServer({
  ...{ clock, media: new FakeMediaServer(), log: createLog('error') },
  config: { ...TEST_CONFIG, rates: RATES },
});

process.on('message', (what: 'held' | { readonly pass: number }) => {
  if (what === 'held') process.send?.(held());
  else {
    clock.advance(what.pass);
    process.send?.('passed');
  }
});
process.on('disconnect', () => process.exit());
process.send?.({ url: server.url });

function held(): Held {
  collectGarbage();
  const { user, system } = process.cpuUsage();
  const kinds = process.getActiveResourcesInfo();
  return {
    heapBytes: process.memoryUsage().heapUsed,
    sockets: kinds.filter((kind) => kind === 'TCPSocketWrap').length,
    processorMs: (user + system) / 1000,
  };
}
