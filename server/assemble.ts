import { UserVerifier } from './auth/verify-user.ts';
import { BlockedUsers } from './calls/blocked-users.ts';
import { CallService } from './calls/call-service.ts';
import type { Committed } from './calls/call-service.ts';
import { nextDeadline } from './calls/call.ts';
import { MediaOnlyWatch } from './calls/media-only-watch.ts';
import { LiveCalls } from './calls/live-calls.ts';
import { Pulse } from './calls/pulse.ts';
import { SteadyClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { GroupCallback } from './groups/group-callback.ts';
import { GroupProof } from './groups/group-proof.ts';
import { Door } from './http/door.ts';
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
import { AddressLimit } from './signalling/address-limit.ts';
import { Dispatch } from './signalling/dispatch.ts';
import { Hub } from './signalling/hub.ts';
import { Publisher } from './signalling/publisher.ts';
import { CallRate, RatePerMinute } from './signalling/rate-limit.ts';
import type { Store } from './store/store.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly clock?: Clock;
  readonly randomId?: RandomId;
  readonly log?: Log;
  /** LiveKit by the configuration, unless a test brings another one. */
  readonly media?: MediaServer;
}

/** Which part knows which. Nothing runs yet. */
export function assemble(options: ServerOptions, store: Store) {
  const world = outside(options, store);
  const { config, clock } = world;
  const live = new LiveCalls();
  const hub = new Hub(clock);
  const metrics = new Metrics();
  const presence = new MediaPresence();
  const rooms = new RoomKeeper(world.server);
  const roomService = new RoomService({
    ...world,
    rooms,
    presence,
    look: (callId) => look.look(callId),
  });
  const calls = callService({ ...world, hub, presence }, [
    (committed) => live.committed(committed),
    (committed) => roomService.beforeTelling(committed),
    (committed) => publisher.publish(committed),
    (committed) => roomService.afterTelling(committed),
    (committed) => wakeFor(jobs, committed),
    (committed) => metrics.committed(committed),
  ]);
  const publisher = new Publisher(hub, clock);
  const jobs: JobRunner = createJobs({ ...world, calls, rooms });
  const look: RoomLook = new RoomLook({ ...world, live, presence, calls });
  const watch = new MediaWatch({ ...world, rooms, look, presence, live, calls });
  const verifier = new UserVerifier(config.keys, () => clock.wall());
  const media = new MediaDoor({ livekit: config.livekit, rooms, watch, clock });
  const groups = new GroupProof({ clock, calls, callback: groupCallback(world) });
  const dispatch = new Dispatch({ calls, verifier, media, clock, groups });
  const blocked = new BlockedUsers(store);
  const mediaOnly = new MediaOnlyWatch({ ...world, live, calls });
  const pulse = new Pulse({ ...world, live });
  return {
    ...{ ...world, hub, live, metrics, calls, blocked, jobs },
    ...{ look, watch, mediaOnly, verifier, dispatch, pulse },
  };
}

export type Parts = ReturnType<typeof assemble>;

/** How many may come, and how often: before anyone has said who they are, and after. */
function edgeOf({ rates }: Config, clock: Clock) {
  const addresses = new AddressLimit(rates.connectionsPerAddress);
  const connects = new RatePerMinute(clock, rates.connectsPerMinute);
  const leaves = new RatePerMinute(clock, rates.connectsPerMinute);
  return { addresses, door: new Door(addresses), connects, leaves };
}

/** What the server finds outside of itself, unless a test brings its own. */
function outside(options: ServerOptions, store: Store) {
  const { config, clock = new SteadyClock(), log = createLog(config.logLevel) } = options;
  const server: MediaServer = options.media ?? new LivekitServer(config.livekit);
  const edge = edgeOf(config, clock);
  return { config, clock, log, store, server, randomId: options.randomId ?? randomId, ...edge };
}

function groupCallback(parts: ReturnType<typeof outside>): GroupCallback | null {
  const { groupCallback: config } = parts.config;
  return config === null ? null : new GroupCallback(config, parts);
}

function callService(
  parts: ReturnType<typeof outside> & { hub: Hub; presence: MediaPresence },
  listeners: readonly ((committed: Committed) => Promise<void> | void)[],
): CallService {
  const { config, hub, presence } = parts;
  const rate = new CallRate(parts.clock, config.rates);
  return new CallService({
    ...parts,
    listeners,
    maxMembers: config.maxMembers,
    callWaiting: config.callWaiting,
    mediaOnlyMs: config.mediaOnlyMs,
    mayCall: (caller, callees) => rate.mayCall(caller, callees),
    reach: (userId, sessionId) => ({
      signalling: hub.isConnected(userId, sessionId),
      leaving: hub.hasSaidGoodBye(userId, sessionId),
      media: presence.of(userId, sessionId),
    }),
  });
}

function wakeFor(jobs: JobRunner, { changes }: Committed): void {
  for (const { after } of changes) {
    const at = after.status === 'ended' ? 0 : nextDeadline(after);
    if (at !== null) jobs.wake(at);
  }
}
