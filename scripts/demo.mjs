import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoServer } from '../demo/server.mjs';
import { buildIfNeeded } from './build-if-needed.mjs';
import { startCallServer } from './call-server.mjs';
import { freePorts } from './free-port.mjs';
import { livekitFromEnvironment, startLivekit } from './livekit.mjs';
import { whenOrphaned } from './orphan.mjs';
import { ROOT } from './setup.mjs';

const FIRST_PORT = 8080;
const PORTS_TO_TRY = 20;

/** The whole demo until a signal or a death ends it; ends this process. */
export async function runDemo({ env = process.env } = {}) {
  const parts = [];
  let ending = false;
  const end = async (code) => {
    if (ending) return;
    ending = true;
    // In reverse: the page before its servers.
    for (const stop of parts.reverse()) await stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
  // Started by another Node (setup.mjs) that was killed before it could pass a signal on.
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
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-demo-'));
  parts.push(() => rm(folder, { recursive: true, force: true }));
  await buildIfNeeded({ onProgress });

  // Known before either starts: each of the two has to be told the other's address.
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

  const page = await pageServer(env, onProgress, {
    root: ROOT,
    callServerUrl: callServer.url,
    livekitUrl: livekit.url,
    secret,
  });
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

/** On PORT, which must be free then; else on 8080 or the next free one. */
async function pageServer(env, onProgress, site) {
  if (env.PORT) return startDemoServer({ ...site, port: portFrom(env.PORT) });
  for (let port = FIRST_PORT; ; port += 1) {
    try {
      return await startDemoServer({ ...site, port });
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port === FIRST_PORT + PORTS_TO_TRY) throw error;
      onProgress(`Page: port ${port} is taken, trying ${port + 1}`);
    }
  }
}

function portFrom(text) {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new Error(`PORT must be a whole number up to 65535, not "${text}"`);
  return port;
}
