import type { AddressInfo } from 'node:net';
import type { SessionId, UserId } from '../src/protocol/index.ts';
import { createServices } from './composition-root.ts';
import { ApiKeys } from './api/api-keys.ts';
import { Idempotency } from './api/idempotency.ts';
import type { ServerStore } from './api/api-store.ts';
import type { Services, ServerOptions } from './composition-root.ts';
import { createCallbacks } from './callbacks/create-callbacks.ts';
import type { Callbacks } from './callbacks/create-callbacks.ts';
import { randomId } from './shared/random-id.ts';
import { SteadyClock } from './shared/clock.ts';
import type { Config } from './config/config.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Http } from './http/http-server.ts';
import { createLog } from './shared/log.ts';
import type { MediaServer } from './media/media-server.ts';
import { networkCause } from './shared/network-cause.ts';
import { createApi } from './server-api.ts';
import { NO_PRESENCE_LISTENER } from './signalling/session-lifecycle.ts';
import { Signalling } from './signalling/signalling.ts';
import { SqliteStore } from './store/sqlite-store.ts';

export type { ServerOptions } from './composition-root.ts';

/** A running call server. */
export interface CallServer {
  /** http URL at which the server listens. */
  readonly url: string;
  /** TCP port at which the server listens, also if `config.port` is 0. */
  readonly port: number;
  /** Closes all connections without ending a call: clients reconnect to the next process. */
  close(): Promise<void>;
}

/**
 * Opens the database, verifies that LiveKit responds, resumes the live calls and starts to listen.
 *
 * @throws {StoreError} if the database cannot be used.
 * @throws {MediaUnreachable} if LiveKit does not respond.
 * @example
 * const server = await createServer({ config: readConfig(process.env) });
 * console.log(server.url);
 */
export async function createServer(options: ServerOptions): Promise<CallServer> {
  const { services, store, callbacks } = await open(options);
  const listeners: Listeners = { callbacks };
  try {
    await resume(services);
    await callbacks.sender.start({ isAlone: services.cluster === null });
    return await listen(services, store, listeners);
  } catch (error) {
    await closeAll(services, listeners);
    throw error;
  }
}

/** A server on SQLite loads neither Postgres nor Redis. */
async function open(options: ServerOptions): Promise<{
  readonly services: Services;
  readonly store: ServerStore;
  readonly callbacks: Callbacks;
}> {
  const { config } = options;
  const { clock = new SteadyClock(), log = createLog(config.logLevel) } = options;
  const complete = { ...options, clock, log, randomId: options.randomId ?? randomId };
  const { database } = config;
  if (database.postgres === undefined) {
    const store = await SqliteStore.open(database.file, config);
    const callbacks = createCallbacks(complete, store);
    return { store, callbacks, services: createServices(complete, store, null, callbacks) };
  }
  const { openPostgres } = await import('./cluster/open-postgres.ts');
  const shared = await openPostgres(config, database.postgres, { clock, log });
  const { store } = shared;
  const callbacks = createCallbacks(complete, store);
  return { store, callbacks, services: createServices(complete, store, shared, callbacks) };
}

/** The listeners opened so far. */
interface Listeners {
  readonly callbacks: Callbacks;
  http?: Http;
  signalling?: Signalling;
}

/** Resumes the live calls; deadlines that have passed meanwhile take effect at their own time. */
export async function resume(services: Services): Promise<void> {
  const { calls, live, server, store, monitor, clock, jobs, cluster } = services;
  await pingMedia(server);
  const othersRun = (await cluster?.join()) ?? false;
  const purge = { kind: 'purge', subject: '', dueAt: clock.now(), attempts: 0 } as const;
  await store.transaction((tx) => tx.saveJob(purge));
  const resumed = await calls.resume({ othersRun });
  for (const call of resumed) live.put(call);
  if (!othersRun) await monitor.adoptRooms(resumed);
  monitor.start();
  services.signallingLoss.start();
  services.heartbeat.start();
  cluster?.start();
  jobs.wake(clock.now());
}

async function pingMedia(server: MediaServer): Promise<void> {
  try {
    await server.existingRooms(['tui-call-ping']);
  } catch (cause) {
    throw new MediaUnreachable(cause);
  }
}

/** LiveKit does not respond, or rejects the API key. */
export class MediaUnreachable extends Error {
  override readonly name = 'MediaUnreachable';

  constructor(cause: unknown) {
    super(networkCause(cause), { cause });
  }
}

async function listen(
  services: Services,
  store: ServerStore,
  listeners: Listeners,
): Promise<CallServer> {
  const { config, metrics } = services;
  listeners.http = await openHttp(services, store, listeners.callbacks);
  listeners.signalling = new Signalling(listeners.http.server, {
    ...services,
    onAnswered: (type, outcome, tookMs) => metrics.answered(type, outcome, tookMs),
    presence: services.cluster ?? NO_PRESENCE_LISTENER,
  });
  await listeners.http.listen({ host: config.host, port: config.port });
  const { port } = listeners.http.server.address() as AddressInfo;
  const url = `http://${hostInUrl(config)}:${port}`;
  return { url, port, close: () => closeAll(services, listeners) };
}

function openHttp(services: Services, store: ServerStore, { endpoints }: Callbacks): Promise<Http> {
  const { hub, live, reconciler, server, metrics, log, cluster, clock } = services;
  cluster?.measure(metrics);
  metrics.gauge('tui_call_sessions', 'Connected sessions.', () => hub.size);
  metrics.gauge('tui_call_users', 'Connected users.', () => hub.userCount());
  metrics.gauge('tui_call_live_calls', 'Ringing and active calls.', () => live.size);
  return createHttpServer({
    ...services,
    apiKeys: new ApiKeys({ store, clock, log, configured: services.config.apiKeys }),
    idempotency: new Idempotency({ store, clock }),
    api: createApi(services, store, endpoints),
    // Writes, because a full disk can still be read.
    pingDatabase: () =>
      store.transaction((tx) => tx.saveServerSeenAt(services.clock.now()), 'repeatable'),
    pingMedia: () => pingMedia(server),
    isRedisConnected: cluster?.isRedisConnected ?? null,
    markLeaving: (userId, sessionId) => markLeaving(services, userId, sessionId),
    onRoomHint: (room) => {
      const call = live.inRoom(room);
      if (call === null) return;
      reconciler.reconcile(call.callId).catch((error: unknown) => {
        log.warn({ err: error }, 'participants of a media room could not be reconciled');
      });
    },
  });
}

/** Handles the leave beacon of a closing page. */
export async function markLeaving(
  { calls, hub }: Services,
  userId: UserId,
  sessionId: SessionId,
): Promise<void> {
  hub.markLeaving(userId, sessionId);
  await calls.presenceChanged(userId, sessionId);
}

/** An IPv6 address needs brackets. */
function hostInUrl({ host }: Config): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function closeAll(
  services: Services,
  { signalling, http, callbacks }: Listeners,
): Promise<void> {
  signalling?.close();
  await http?.close();
  services.heartbeat.stop();
  services.signallingLoss.stop();
  await services.cluster?.stop();
  await services.monitor.stop();
  await services.jobs.stop();
  await callbacks.sender.stop();
  await services.store.close();
  await services.cluster?.release();
}
