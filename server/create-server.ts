import type { AddressInfo } from 'node:net';
import { UserVerifier } from './auth/verify-user.ts';
import { CallService } from './calls/call-service.ts';
import type { Committed } from './calls/call-service.ts';
import { nextDeadline } from './calls/call.ts';
import { LiveCalls } from './calls/live-calls.ts';
import { Pulse } from './calls/pulse.ts';
import { SteadyClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Http } from './http/http-server.ts';
import { Metrics } from './http/metrics.ts';
import { createJobs } from './jobs/jobs.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { LivekitServer } from './media/livekit-server.ts';
import { MediaDoor } from './media/media-door.ts';
import { MediaPresence } from './media/media-presence.ts';
import type { MediaServer } from './media/media-server.ts';
import { MediaWatch } from './media/media-watch.ts';
import { RoomKeeper } from './media/room-keeper.ts';
import { RoomLook } from './media/room-look.ts';
import { RoomService } from './media/room-service.ts';
import { randomId } from './random-id.ts';
import type { RandomId } from './random-id.ts';
import { Dispatch } from './signalling/dispatch.ts';
import { Hub } from './signalling/hub.ts';
import { Publisher } from './signalling/publisher.ts';
import { CallRate } from './signalling/rate-limit.ts';
import { Signalling } from './signalling/signalling.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly clock?: Clock;
  readonly randomId?: RandomId;
  readonly log?: Log;
  /** LiveKit by the configuration, unless a test brings another one. */
  readonly media?: MediaServer;
}

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
  const parts = assemble(options, await SqliteStore.open(options.config.database.file));
  try {
    await resume(parts);
    return await listen(parts, options.config);
  } catch (error) {
    await closeAll(parts);
    throw error;
  }
}

type Parts = ReturnType<typeof assemble>;

function assemble(options: ServerOptions, store: Store) {
  const { config, clock = new SteadyClock(), log = createLog(config.logLevel) } = options;
  const base = { config, clock, log, store, randomId: options.randomId ?? randomId };
  const server = options.media ?? new LivekitServer(config.livekit);
  const hub = new Hub(clock);
  const live = new LiveCalls();
  const metrics = new Metrics();
  const presence = new MediaPresence();
  const rooms = new RoomKeeper(server);
  const publisher = new Publisher(hub, clock);
  const roomService = new RoomService({
    ...base,
    server,
    rooms,
    presence,
    look: (callId) => look.look(callId),
  });
  const rate = new CallRate(clock, config.rates);
  const calls: CallService = new CallService({
    ...base,
    maxMembers: config.maxMembers,
    mayCall: (caller, callees) => rate.mayCall(caller, callees),
    reach: (userId, sessionId) => ({
      signalling: hub.isConnected(userId, sessionId),
      leaving: hub.hasSaidGoodBye(userId, sessionId),
      media: presence.of(userId, sessionId),
    }),
    listeners: [
      (committed) => live.committed(committed),
      (committed) => roomService.beforeTelling(committed),
      (committed) => publisher.publish(committed),
      (committed) => roomService.afterTelling(committed),
      (committed) => wakeFor(jobs, committed),
      (committed) => metrics.committed(committed),
    ],
  });
  const jobs: JobRunner = createJobs({ ...base, calls, rooms });
  const look: RoomLook = new RoomLook({ server, live, presence, calls });
  const watch = new MediaWatch({ ...base, server, rooms, look, presence, live, calls });
  const verifier = new UserVerifier(config.keys, () => clock.wall());
  const media = new MediaDoor({ livekit: config.livekit, rooms, watch, clock });
  const dispatch = new Dispatch({ calls, verifier, media, clock });
  const pulse = new Pulse({ ...base, live });
  const running: { http?: Http; signalling?: Signalling } = {};
  return {
    ...base,
    server,
    hub,
    live,
    metrics,
    calls,
    jobs,
    look,
    watch,
    verifier,
    dispatch,
    pulse,
    running,
  };
}

function wakeFor(jobs: JobRunner, { changes }: Committed): void {
  for (const { after } of changes) {
    const at = after.status === 'ended' ? 0 : nextDeadline(after);
    if (at !== null) jobs.wake(at);
  }
}

/** Rings and seats of before: deadlines that passed meanwhile end at their own time. */
async function resume(parts: Parts): Promise<void> {
  const { calls, live, server, store, watch, jobs, pulse, clock } = parts;
  await pingMedia(server);
  const purge = { kind: 'purge', subject: '', dueAt: clock.now(), attempts: 0 } as const;
  await store.transaction((tx) => tx.saveJob(purge));
  const resumed = await calls.resume();
  for (const call of resumed) live.put(call);
  await watch.adopt(resumed);
  watch.start();
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

async function listen(parts: Parts, config: Config): Promise<CallServer> {
  const { hub, live, look, calls, store, server, metrics, log, running } = parts;
  metrics.gauge('tui_call_sessions', 'Sessions connected.', () => hub.size);
  metrics.gauge('tui_call_users', 'Users connected.', () => hub.userCount());
  metrics.gauge('tui_call_live_calls', 'Calls that ring or are active.', () => live.size);
  const http = await createHttpServer({
    ...parts,
    pingDatabase: async () => void (await store.transaction((tx) => tx.nextJobAt())),
    pingMedia: () => pingMedia(server),
    sayGoodBye: async (userId, sessionId) => {
      hub.sayGoodBye(userId, sessionId);
      await calls.reachChanged(userId, sessionId);
    },
    onRoomHint: (room) => {
      const call = live.inRoom(room);
      if (call === null) return;
      look.look(call.callId).catch((error: unknown) => {
        log.warn({ err: error }, 'LiveKit did not say who is in a room');
      });
    },
  });
  running.http = http;
  running.signalling = new Signalling(http.server, {
    ...parts,
    onAnswered: (type, outcome, tookMs) => metrics.answered(type, outcome, tookMs),
  });
  await http.listen({ host: config.host, port: config.port });
  const { port } = http.server.address() as AddressInfo;
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  return { url, port, close: () => closeAll(parts) };
}

async function closeAll({ running, watch, jobs, pulse, store }: Parts): Promise<void> {
  running.signalling?.close();
  await running.http?.close();
  pulse.stop();
  await watch.stop();
  await jobs.stop();
  await store.close();
}
