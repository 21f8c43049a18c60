import type { AddressInfo } from 'node:net';
import type { SessionId, UserId } from '../src/protocol/index.ts';
import { assemble } from './assemble.ts';
import { ApiKeys } from './auth/api-keys.ts';
import type { Parts, ServerOptions } from './assemble.ts';
import type { Config } from './config.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Http } from './http/http-server.ts';
import type { MediaServer } from './media/media-server.ts';
import { Signalling } from './signalling/signalling.ts';
import { SqliteStore } from './store/sqlite-store.ts';

export type { ServerOptions } from './assemble.ts';

/** A call server that listens. */
export interface CallServer {
  readonly url: string;
  readonly port: number;
  /** Lets go of everyone without ending a call: clients come back, here or to the next process. */
  close(): Promise<void>;
}

/**
 * Opens the database, looks whether LiveKit is there, takes up the calls that were live, and listens.
 *
 * @throws {StoreError} when the database cannot be used. @throws when LiveKit cannot be reached.
 */
export async function createServer(options: ServerOptions): Promise<CallServer> {
  const parts = assemble(
    options,
    await SqliteStore.open(options.config.database.file, options.config),
  );
  const doors: Doors = {};
  try {
    await resume(parts);
    return await listen(parts, doors);
  } catch (error) {
    await closeAll(parts, doors);
    throw error;
  }
}

/** What is open to the outside, as far as it is yet. */
interface Doors {
  http?: Http;
  signalling?: Signalling;
}

/** Rings and seats of before: deadlines that passed meanwhile end at their own time. */
export async function resume(parts: Parts): Promise<void> {
  const { calls, live, server, store, watch, mediaOnly, jobs, pulse, clock } = parts;
  await pingMedia(server);
  const purge = { kind: 'purge', subject: '', dueAt: clock.now(), attempts: 0 } as const;
  await store.transaction((tx) => tx.saveJob(purge));
  const resumed = await calls.resume();
  for (const call of resumed) live.put(call);
  await watch.adopt(resumed);
  watch.start();
  mediaOnly.start();
  pulse.start();
  jobs.wake(clock.now());
}

async function pingMedia(server: MediaServer): Promise<void> {
  try {
    await server.existingRooms(['tui-call-ping']);
  } catch (cause) {
    throw new MediaUnreachable(cause);
  }
}

/** LiveKit does not answer, or not to our keys. */
export class MediaUnreachable extends Error {
  override readonly name = 'MediaUnreachable';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function listen(parts: Parts, doors: Doors): Promise<CallServer> {
  const { config, metrics } = parts;
  doors.http = await openHttp(parts);
  doors.signalling = new Signalling(doors.http.server, {
    ...parts,
    onAnswered: (type, outcome, tookMs) => metrics.answered(type, outcome, tookMs),
  });
  await doors.http.listen({ host: config.host, port: config.port });
  const { port } = doors.http.server.address() as AddressInfo;
  const url = `http://${hostInUrl(config)}:${port}`;
  return { url, port, close: () => closeAll(parts, doors) };
}

function openHttp(parts: Parts): Promise<Http> {
  const { hub, live, look, calls, blocked, store, server, metrics, log } = parts;
  metrics.gauge('tui_call_sessions', 'Sessions connected.', () => hub.size);
  metrics.gauge('tui_call_users', 'Users connected.', () => hub.userCount());
  metrics.gauge('tui_call_live_calls', 'Calls that ring or are active.', () => live.size);
  return createHttpServer({
    ...parts,
    apiKeys: new ApiKeys(parts.config.apiKeys),
    // A full disk can be read: only a write tells.
    pingDatabase: () =>
      store.transaction((tx) => tx.saveServerSeenAt(parts.clock.now()), 'repeatable'),
    pingMedia: () => pingMedia(server),
    sayGoodBye: (userId, sessionId) => sayGoodBye(parts, userId, sessionId),
    api: {
      endCall: (callId) => calls.end(callId),
      removeMember: (callId, userId) => calls.remove(callId, userId),
      kick: (userId) => kick(parts, userId),
      block: (userId, otherId) => blocked.set(userId, otherId, true),
      unblock: (userId, otherId) => blocked.set(userId, otherId, false),
      blockedBy: (userId, page) => blocked.page(userId, page),
    },
    onRoomHint: (room) => {
      const call = live.inRoom(room);
      if (call === null) return;
      look.look(call.callId).catch((error: unknown) => {
        log.warn({ err: error }, 'LiveKit did not say who is in a room');
      });
    },
  });
}

/** The page of this session goes away. */
export async function sayGoodBye(
  { calls, hub }: Parts,
  userId: UserId,
  sessionId: SessionId,
): Promise<void> {
  hub.sayGoodBye(userId, sessionId);
  await calls.reachChanged(userId, sessionId);
}

/** Sessions first: none of them may take a seat again in between. */
export async function kick({ calls, hub }: Parts, userId: UserId): Promise<void> {
  for (const session of hub.sessionsOf(userId)) session.kick('removed-by-server');
  await calls.userTaken(userId);
}

/** An IPv6 address needs brackets. */
function hostInUrl({ host }: Config): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function closeAll(parts: Parts, { signalling, http }: Doors): Promise<void> {
  signalling?.close();
  await http?.close();
  parts.pulse.stop();
  parts.mediaOnly.stop();
  await parts.watch.stop();
  await parts.jobs.stop();
  await parts.store.close();
}
