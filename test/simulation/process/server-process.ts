import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RoomServiceClient } from 'livekit-server-sdk';
import { startLivekit, type LivekitServer } from '../../../scripts/livekit/index.mjs';
import { createUserSig, type UserSigOptions } from '../../../server/index.ts';
import type { CallId, UserId } from '../../../src/protocol/index.ts';
import { CallServer } from '../../e2e/support/call-server.ts';
import { readRecords, type Records } from '../../fault-injection/support/records.ts';
import { WebhookRelay } from '../../fault-injection/support/webhook-relay.ts';
import { MAX_MEMBERS } from '../virtual/system/users.ts';
import type { BackEnd } from '../virtual/system/system.ts';
import { TIME_SCALE } from './time-scaling.ts';

/** The rules of one server process. */
export interface ServerSettings {
  readonly callWaiting: boolean;
  readonly sessions: 'multiple' | 'single';
}

const SETTINGS: readonly ServerSettings[] = [true, false].flatMap((callWaiting) => [
  { callWaiting, sessions: 'multiple' as const },
  { callWaiting, sessions: 'single' as const },
]);

const SECRET = randomBytes(32).toString('base64url');
const API_KEY = randomBytes(32).toString('base64url');
/** A kill leaves files as they are, also those in memory. Memory avoids waits for the disk. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const MAX_STARTS = 5;
/** One of this many kills is followed by a kill of the new process before it listens. */
const KILLED_AS_IT_STARTS = 5;
const TIME_SCALING_FILE = fileURLToPath(new URL('time-scaling.ts', import.meta.url));

/**
 * One call server in its own process, which a test can kill, on its own SQLite file. Many sequences use it
 * at once. Its time passes faster (see time-scaling.ts); the rest is unchanged.
 */
export class ServerProcess {
  readonly server: CallServer;
  readonly #livekit: LivekitServer;
  readonly #onKill = new Set<() => void>();
  readonly #undisturbed = new Set<Promise<void>>();
  #starting: Promise<void> | null = null;
  #runs = true;
  kills = 0;

  constructor(livekit: LivekitServer, { callWaiting, sessions }: ServerSettings) {
    this.#livekit = livekit;
    const environment = {
      TUI_CALL_SECRET: SECRET,
      TUI_CALL_API_KEYS: API_KEY,
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      TUI_CALL_BUSY: callWaiting ? 'ring' : 'busy',
      TUI_CALL_SESSIONS: sessions,
      TUI_CALL_MAX_MEMBERS: String(MAX_MEMBERS),
      TUI_CALL_RATE_CALLS_PER_MINUTE: '100000',
      TUI_CALL_RATE_COMMANDS_PER_SECOND: '10000',
      TUI_CALL_FASTER: String(TIME_SCALE),
      // Options of the test process (a mutation, for example) apply to the server, too.
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${TIME_SCALING_FILE}`,
      LOG_LEVEL: 'warn',
    };
    this.server = new CallServer(environment, MEMORY);
  }

  /**
   * Starts the server as a supervisor does, with retries: at its start the server exits when LiveKit does not
   * answer in time, and its time passes faster than that of a busy LiveKit.
   */
  async start(): Promise<void> {
    for (let starts = 1; ; starts += 1) {
      try {
        return await this.server.start();
      } catch (error) {
        if (starts === MAX_STARTS) throw error;
      }
    }
  }

  /** Kills the server (kill -9) and restarts it. Concurrent requests share one restart. */
  kill(): Promise<void> {
    this.#starting ??= this.#killAndStart().finally(() => (this.#starting = null));
    return this.#starting;
  }

  /** No kill happens while this runs. */
  async withoutKills(work: () => Promise<void>): Promise<void> {
    // Another caller may have requested a kill during the last one.
    while (this.#starting !== null) await this.#starting;
    const done = work().finally(() => this.#undisturbed.delete(done));
    this.#undisturbed.add(done);
    return done;
  }

  /** Settles when the server runs. */
  async whenRunning(): Promise<void> {
    await this.#starting;
  }

  /** Calls back at each kill. @returns a function that stops it */
  onKill(listener: () => void): () => void {
    this.#onKill.add(listener);
    return () => this.#onKill.delete(listener);
  }

  get backEnd(): BackEnd | null {
    if (!this.#runs) return null;
    return {
      endCall: (callId) => this.#delete(`/v1/calls/${callId}`),
      remove: (callId, userId) => this.#delete(`/v1/calls/${callId}/members/${userId}`),
      kick: (userId) => this.#delete(`/v1/users/${userId}/sessions`),
    };
  }

  userSig(userId: UserId, options: UserSigOptions): Promise<string> {
    return createUserSig(SECRET, userId, options);
  }

  records(users: readonly UserId[]): Records {
    return readRecords(this.server.databaseFile, users);
  }

  /** The subset of these rooms that LiveKit has. */
  async openRooms(calls: Records['calls']): Promise<readonly string[]> {
    const names = [...calls.values()].map(({ roomName }) => roomName);
    if (names.length === 0) return [];
    const { httpUrl, apiKey, apiSecret } = this.#livekit;
    const rooms = await new RoomServiceClient(httpUrl, apiKey, apiSecret).listRooms(names);
    return rooms.map(({ name }) => name);
  }

  async #killAndStart(): Promise<void> {
    await Promise.allSettled(this.#undisturbed);
    this.kills += 1;
    for (const listener of this.#onKill) listener();
    this.#runs = false;
    await this.server.kill9();
    if (this.kills % KILLED_AS_IT_STARTS === 0) {
      const starting = this.server.launch();
      await once(starting, 'spawn');
      await pause(200 * TIME_SCALE * (this.kills % 3));
      await this.server.kill9();
    }
    await this.start();
    this.#runs = true;
  }

  async #delete(path: `/v1/calls/${CallId}` | `/v1/${string}`): Promise<void> {
    const headers = { authorization: `Bearer ${API_KEY}` };
    // The server refuses a call that has ended; that is a valid result.
    await fetch(this.server.url + path, { method: 'DELETE', headers });
  }
}

/** One LiveKit, and one server for each set of rules. */
export class ServerPool {
  readonly #livekit: LivekitServer;
  readonly #webhooks: WebhookRelay;
  readonly #servers: readonly ServerProcess[];

  private constructor(
    livekit: LivekitServer,
    webhooks: WebhookRelay,
    servers: readonly ServerProcess[],
  ) {
    this.#livekit = livekit;
    this.#webhooks = webhooks;
    this.#servers = servers;
  }

  static async start(): Promise<ServerPool> {
    let servers: readonly ServerProcess[] = [];
    const webhooks = await WebhookRelay.start(
      ...SETTINGS.map((_, index) => () => servers[index]?.server.url ?? ''),
    );
    const livekit = await startLivekit({ webhookUrl: webhooks.url });
    servers = SETTINGS.map((rules) => new ServerProcess(livekit, rules));
    await Promise.all(servers.map((server) => server.start()));
    return new ServerPool(livekit, webhooks, servers);
  }

  serverFor({ callWaiting, sessions }: ServerSettings): ServerProcess {
    const index = SETTINGS.findIndex(
      (one) => one.callWaiting === callWaiting && one.sessions === sessions,
    );
    const server = this.#servers[index];
    if (server === undefined) throw new Error('nobody lives by such rules');
    return server;
  }

  get kills(): number {
    return this.#servers.reduce((sum, { kills }) => sum + kills, 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map(({ server }) => server.stop()));
    await this.#webhooks.stop();
    await this.#livekit.stop();
  }
}
