import { randomBytes } from 'node:crypto';
import { openSync, closeSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endChild, hasEnded, killChild, startChild } from '../child.mjs';
import { freePorts } from '../free-port.mjs';
import { findLivekit } from './find.mjs';

const READY_WITHIN_MS = 60_000;
const CHECK_INTERVAL_MS = 25;
/** On SIGTERM LiveKit waits until all participants have left, which a test must not. */
const STOP_GRACE_MS = 1_500;
/** Another process may take a port between the check and its use. */
const ATTEMPTS = 3;

/** Starts a LiveKit server on loopback. Resolves when it answers HTTP. */
export async function startLivekit(options = {}) {
  const binary = options.binary ?? (await findLivekit({ onProgress: options.onProgress }));
  for (let attempt = 1; ; attempt += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'tui-call-livekit-'));
    const server = new OwnServer(binary, folder, await describe(options));
    try {
      await server.restart();
      return server;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      const mayRetry = options.port === undefined && attempt < ATTEMPTS;
      if (!mayRetry || !/address already in use/.test(error.message)) throw error;
    }
  }
}

async function describe({ port, keys, webhookUrl, redis, logLevel = 'info' }) {
  const free = await freePorts({ tcp: 2, udp: 1 });
  return {
    port: port ?? free.tcp[0],
    tcpPort: free.tcp[1],
    udpPort: free.udp[0],
    apiKey: keys?.apiKey ?? `key-${randomBytes(6).toString('hex')}`,
    apiSecret: keys?.apiSecret ?? randomBytes(32).toString('hex'),
    webhookUrl,
    redis,
    logLevel,
  };
}

/** Owns the process and its folder (configuration, log). Ends with stop(). */
class OwnServer {
  #binary;
  #folder;
  #setup;
  #child = null;
  #crashListeners = new Set();

  constructor(binary, folder, setup) {
    this.#binary = binary;
    this.#folder = folder;
    this.#setup = setup;
    this.url = `ws://127.0.0.1:${setup.port}`;
    this.httpUrl = `http://127.0.0.1:${setup.port}`;
    this.apiKey = setup.apiKey;
    this.apiSecret = setup.apiSecret;
    this.tcpPort = setup.tcpPort;
    this.udpPort = setup.udpPort;
    this.logFile = join(folder, 'livekit.log');
  }

  get pid() {
    return this.#child.pid;
  }

  /** Calls back when the process ends by itself. */
  onCrash(listener) {
    this.#crashListeners.add(listener);
  }

  async restart() {
    if (this.#child !== null) await this.#end((child) => endChild(child, STOP_GRACE_MS));
    const configFile = join(this.#folder, 'livekit.json');
    // JSON is YAML; a file and not an argument, so that the secret does not show in the process list.
    await writeFile(configFile, JSON.stringify(configuration(this.#setup)), { mode: 0o600 });
    const log = openSync(this.logFile, 'a', 0o600);
    this.#child = startChild(this.#binary, ['--config', configFile], {
      stdio: ['ignore', log, log],
      // Variables such as LIVEKIT_KEYS or LIVEKIT_CONFIG would override the file.
      env: { PATH: process.env.PATH ?? '' },
    });
    closeSync(log);
    this.#child.once('exit', this.#onExit);
    await this.#answers(this.#child);
  }

  async kill9() {
    await this.#end(killChild);
  }

  async stop() {
    await this.#end((child) => endChild(child, STOP_GRACE_MS));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(how) {
    this.#child.off('exit', this.#onExit);
    await how(this.#child);
  }

  #onExit = () => {
    for (const listener of this.#crashListeners) listener();
  };

  async #answers(child) {
    let failure = null;
    child.once('error', (error) => (failure = error));
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answersHttp(this.httpUrl))) {
      if (failure !== null) throw failure;
      if (hasEnded(child))
        throw new Error(`LiveKit ended at its start: ${await this.#lastWords()}`);
      if (Date.now() > deadline) {
        await killChild(child);
        throw new Error(`LiveKit did not answer in time: ${await this.#lastWords()}`);
      }
      await pause(CHECK_INTERVAL_MS);
    }
    // The response may come from another process on this port.
    if (hasEnded(child)) throw new Error(`LiveKit ended at its start: ${await this.#lastWords()}`);
  }

  async #lastWords() {
    return (await readFile(this.logFile, 'utf8')).trim().split('\n').slice(-3).join(' | ');
  }
}

function configuration({ port, tcpPort, udpPort, apiKey, apiSecret, webhookUrl, redis, logLevel }) {
  return {
    port,
    bind_addresses: ['127.0.0.1'],
    keys: { [apiKey]: apiSecret },
    logging: { level: logLevel, json: true },
    rtc: {
      node_ip: '127.0.0.1',
      tcp_port: tcpPort,
      udp_port: udpPort,
      enable_loopback_candidate: true,
      use_external_ip: false,
      // Otherwise the media port is open on every interface of the machine.
      ips: { includes: ['127.0.0.1/32'] },
      // Otherwise a participant who joins just after a key frame request gets no key frame, and so no video, for 1 s.
      pli_throttle: { low_quality: '300ms', mid_quality: '300ms', high_quality: '300ms' },
    },
    room: { auto_create: false },
    ...(webhookUrl && { webhook: { api_key: apiKey, urls: [webhookUrl] } }),
    ...(redis && { redis: { address: redis } }),
  };
}

async function answersHttp(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
