import { createServer } from '../create-server.ts';
import type { Clock } from '../shared/clock.ts';
import { createLog } from '../shared/log.ts';
import { FakeMediaServer } from './fake-media-server.ts';
import { TEST_CONFIG } from './test-server.ts';

/**
 * A call server as a process of its own, which a test kills. Its time passes faster than that of the machine.
 * Arguments: the database file, the port, the time at which the clocks agreed, and the factor.
 */
const [file = '', port = '0', since = '0', factor = '1'] = process.argv.slice(2);

class FastClock implements Clock {
  now(): number {
    return Math.round(Number(since) + (Date.now() - Number(since)) * Number(factor));
  }

  wall(): number {
    return this.now();
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(ms, 86_400_000) / Number(factor));
    return () => clearTimeout(timer);
  }

  anchor(): void {
    // The clock is the same in each process.
  }
}

const server = await createServer({
  config: { ...TEST_CONFIG, database: { file }, port: Number(port) },
  clock: new FastClock(),
  media: new FakeMediaServer(),
  log: createLog('silent'),
});
process.stdout.write(`${server.url}\n`);
