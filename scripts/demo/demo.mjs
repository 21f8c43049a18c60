import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoServer } from '../../demo/server.mjs';
import { buildIfNeeded } from '../build/build-if-needed.mjs';
import { startCallServer } from './call-server.mjs';
import { freePorts } from '../free-port.mjs';
import { livekitFromEnvironment, startLivekit } from '../livekit/index.mjs';
import { whenOrphaned } from '../orphan.mjs';
import { pagePort, refusePort } from './page-port.mjs';
import { ROOT } from '../setup.mjs';

/** Runs the demo until a signal or the exit of a part ends it. Ends this process. */
export async function runDemo({ env = process.env } = {}) {
  const parts = [];
  let ending = false;
  const end = async (code) => {
    if (ending) return;
    ending = true;
    // In reverse order: the page before its servers.
    for (const stop of parts.reverse()) await stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
  // A parent process (setup.mjs) was killed before it could pass a signal on.
  process.on('disconnect', () => void end(0));
  whenOrphaned(() => void end(0));
  try {
    const url = await startParts(parts, env, (what) => {
      if (!ending) console.error(`${what} has ended unexpectedly; the demo stops.`);
      void end(1);
    });
    console.log(`Demo: two people on one page. Ctrl-C ends it.\n${url}`);
  } catch (error) {
    if (!ending) console.error(error.message);
    await end(1);
  }
}

async function startParts(parts, env, onCrash) {
  const onProgress = (line) => console.log(line);
  const port = await pagePort(env.PORT, { onProgress });
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-demo-'));
  parts.push(() => rm(folder, { recursive: true, force: true }));
  await buildIfNeeded({ onProgress });

  // Both ports are chosen before the start, because each server needs the address of the other.
  const [callPort] = (await freePorts({ tcp: 1 })).tcp;
  const livekit = await mediaServer(parts, env, { callPort, onProgress, onCrash });
  const secret = randomBytes(32).toString('base64url');
  const callServer = await startCallServer({
    folder,
    env: {
      PORT: String(callPort),
      TUI_CALL_SECRET: secret,
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      DATABASE_URL: `sqlite:${join(folder, 'demo.db')}`,
      LOG_LEVEL: 'warn',
    },
  });
  callServer.onCrash(() => onCrash(`The call server (${callServer.lastWords()})`));
  parts.push(callServer.stop);
  onProgress(`Call server: ${callServer.url}`);

  const page = await startDemoServer({
    root: ROOT,
    port,
    callServerUrl: callServer.url,
    livekitUrl: livekit.url,
    secret,
  }).catch((error) => refusePort(port, error));
  parts.push(page.close);
  return page.url;
}

async function mediaServer(parts, env, { callPort, onProgress, onCrash }) {
  const running = livekitFromEnvironment(env);
  if (running !== null) {
    onProgress(`LiveKit: ${running.url} (LIVEKIT_URL)`);
    return running;
  }
  const webhookUrl = `http://127.0.0.1:${callPort}/livekit/webhook`;
  const livekit = await startLivekit({ webhookUrl, logLevel: 'warn', onProgress });
  livekit.onCrash(() => onCrash('LiveKit'));
  parts.push(() => livekit.stop());
  onProgress(`LiveKit: ${livekit.url}`);
  return livekit;
}
