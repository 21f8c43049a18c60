import { join } from 'node:path';
import { startDemoServer } from '../../demo/server.mjs';

/** The demo page on a free port, without a call server: nobody can sign in. */
export function startDemoPage(): ReturnType<typeof startDemoServer> {
  return startDemoServer({
    ...{ root: join(import.meta.dirname, '../..'), port: 0, secret: 's'.repeat(32) },
    ...{ callServerUrl: 'http://127.0.0.1:1', livekitUrl: 'ws://127.0.0.1:1' },
  });
}
