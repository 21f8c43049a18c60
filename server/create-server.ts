import type { AddressInfo } from 'node:net';
import type { SessionId, UserId } from '../src/protocol/index.ts';
import { createServices } from './composition-root.ts';
import { ApiKeys } from './auth/api-keys.ts';
import type { Services, ServerOptions } from './composition-root.ts';
import { SteadyClock } from './shared/clock.ts';
import type { Config } from './config/config.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Http } from './http/http-server.ts';
import { createLog } from './shared/log.ts';
import type { MediaServer } from './media/media-server.ts';
import { networkCause } from './shared/network-cause.ts';
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
  const services = await open(options);
  const listeners: Listeners = {};
  try {
    await resume(services);
    return await listen(services, listeners);
  } catch (error) {
    await closeAll(services, listeners);
    throw error;
  }
}

/** A server on SQLite loads neither Postgres nor Redis. */
async function open(options: ServerOptions): Promise<Services> {
  const { database } = options.config;
  if (database.postgres === undefined) {
    return createServices(options, await SqliteStore.open(database.file, options.config));
  }
  const { clock = new SteadyClock(), log = createLog(options.config.logLevel) } = options;
  const { openPostgres } = await import('./cluster/open-postgres.ts');
  const shared = await openPostgres(options.config, database.postgres, { clock, log });
  return createServices({ ...options, clock, log }, shared.store, shared);
}

/** The listeners opened so far. */
interface Listeners {
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

async function listen(services: Services, listeners: Listeners): Promise<CallServer> {
  const { config, metrics } = services;
  listeners.http = await openHttp(services);
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

function openHttp(services: Services): Promise<Http> {
  const { hub, live, reconciler, calls, blocked, store, server, metrics, log, cluster } = services;
  cluster?.measure(metrics);
  metrics.gauge('tui_call_sessions', 'Connected sessions.', () => hub.size);
  metrics.gauge('tui_call_users', 'Connected users.', () => hub.userCount());
  metrics.gauge('tui_call_live_calls', 'Ringing and active calls.', () => live.size);
  return createHttpServer({
    ...services,
    apiKeys: new ApiKeys(services.config.apiKeys),
    // Writes, because a full disk can still be read.
    pingDatabase: () =>
      store.transaction((tx) => tx.saveServerSeenAt(services.clock.now()), 'repeatable'),
    pingMedia: () => pingMedia(server),
    isRedisConnected: cluster?.isRedisConnected ?? null,
    markLeaving: (userId, sessionId) => markLeaving(services, userId, sessionId),
    api: {
      endCall: (callId) => calls.end(callId),
      removeMember: (callId, userId) => calls.remove(callId, userId),
      kick: (userId) => kick(services, userId),
      block: (userId, otherId) => blocked.set(userId, otherId, true),
      unblock: (userId, otherId) => blocked.set(userId, otherId, false),
      blockedBy: (userId, page) => blocked.page(userId, page),
    },
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

/** Signs the sessions out first, so that none of them can take a seat again in between. */
export async function kick({ calls, hub }: Services, userId: UserId): Promise<void> {
  for (const session of hub.sessionsOf(userId)) session.kick('removed-by-server');
  await calls.evictUser(userId);
}

/** An IPv6 address needs brackets. */
function hostInUrl({ host }: Config): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function closeAll(services: Services, { signalling, http }: Listeners): Promise<void> {
  signalling?.close();
  await http?.close();
  services.heartbeat.stop();
  services.signallingLoss.stop();
  await services.cluster?.stop();
  await services.monitor.stop();
  await services.jobs.stop();
  await services.store.close();
  await services.cluster?.release();
}
