import { UserVerifier } from './auth/verify-user.ts';
import { BlockedUsers } from './calls/blocked-users.ts';
import { CallService } from './calls/call-service.ts';
import type { Committed } from './calls/call-service.ts';
import { nextDeadline } from './calls/model/call.ts';
import { SignallingLossSweeper } from './calls/background/signalling-loss-sweeper.ts';
import { LiveCalls } from './calls/live-calls.ts';
import { Heartbeat } from './calls/background/heartbeat.ts';
import { SteadyClock } from './shared/clock.ts';
import type { Clock } from './shared/clock.ts';
import type { Config } from './config/config.ts';
import { GroupCallback } from './groups/group-callback.ts';
import { GroupVerifier } from './groups/group-verifier.ts';
import { RequestGuard } from './limits/request-guard.ts';
import { Metrics } from './http/metrics.ts';
import { createJobs } from './jobs/jobs.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { createLog } from './shared/log.ts';
import type { Log } from './shared/log.ts';
import { LivekitServer } from './media/livekit-server.ts';
import { MediaAccessService } from './media/media-access-service.ts';
import { MediaFailures } from './media/media-failures.ts';
import { MediaPresence } from './media/media-presence.ts';
import type { MediaServer } from './media/media-server.ts';
import { RoomMonitor } from './media/room-monitor.ts';
import { RoomRegistry } from './media/room-registry.ts';
import { RoomReconciler } from './media/room-reconciler.ts';
import { RoomService } from './media/room-service.ts';
import { randomId } from './shared/random-id.ts';
import type { RandomId } from './shared/random-id.ts';
import { AddressLimit } from './limits/address-limit.ts';
import { CommandDispatcher } from './signalling/command-dispatcher.ts';
import { Hub } from './signalling/hub.ts';
import { Publisher } from './signalling/publisher.ts';
import { CallRate, RatePerMinute } from './limits/rate-limit.ts';
import type { Store } from './calls/store.ts';

/** Configuration of a call server, and replacements of its external dependencies for tests. */
export interface ServerOptions {
  /** The result of `readConfig()`. */
  readonly config: Config;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Default: 128 random bits. */
  readonly randomId?: RandomId;
  /** Default: JSON lines on stderr. */
  readonly log?: Log;
  /** The configured LiveKit by default; tests pass a fake. */
  readonly media?: MediaServer;
}

/** Creates and connects all parts. Nothing runs yet. */
export function createServices(options: ServerOptions, store: Store) {
  const external = externalDependencies(options, store);
  const { config, clock } = external;
  const live = new LiveCalls();
  const hub = new Hub(clock);
  const metrics = new Metrics();
  const presence = new MediaPresence();
  const rooms = new RoomRegistry(external.server);
  const roomService = new RoomService({
    ...external,
    rooms,
    presence,
    reconcile: (callId) => reconciler.reconcile(callId),
  });
  const calls = callService({ ...external, hub, presence }, [
    (committed) => live.committed(committed),
    (committed) => roomService.beforePublish(committed),
    (committed) => publisher.publish(committed),
    (committed) => roomService.afterPublish(committed),
    (committed) => scheduleDeadline(jobs, committed),
    (committed) => metrics.committed(committed),
  ]);
  const publisher = new Publisher(hub, clock);
  const jobs: JobRunner = createJobs({ ...external, calls, rooms });
  const reconciler: RoomReconciler = new RoomReconciler({ ...external, live, presence, calls });
  const monitor = new RoomMonitor({ ...external, rooms, reconciler, presence, live, calls });
  const verifier = new UserVerifier(config, () => clock.wall());
  const media = new MediaAccessService({ livekit: config.livekit, rooms, monitor, clock });
  const failures = new MediaFailures({ ...external, presence, live, calls, monitor, reconciler });
  const groups = new GroupVerifier({ clock, calls, callback: groupCallback(external) });
  const dispatch = new CommandDispatcher({ calls, verifier, media, failures, clock, groups });
  const blocked = new BlockedUsers(store);
  const signallingLoss = new SignallingLossSweeper({ ...external, live, calls });
  const heartbeat = new Heartbeat({ ...external, live });
  return {
    ...{ ...external, hub, live, metrics, calls, blocked, jobs },
    ...{ reconciler, monitor, signallingLoss, verifier, dispatch, heartbeat },
  };
}

export type Services = ReturnType<typeof createServices>;

/** Limits for connections, before and after authentication. */
function createLimits({ rates }: Config, clock: Clock) {
  const addresses = new AddressLimit(rates.connectionsPerAddress);
  const connects = new RatePerMinute(clock, rates.connectsPerMinute);
  const leaves = new RatePerMinute(clock, rates.connectsPerMinute);
  const { broadcastsPerMinute, broadcastBurst } = rates;
  const broadcasts = new RatePerMinute(clock, broadcastsPerMinute, broadcastBurst);
  return { addresses, guard: new RequestGuard(addresses), connects, leaves, broadcasts };
}

/** External dependencies, with defaults for those that tests replace. */
function externalDependencies(options: ServerOptions, store: Store) {
  const { config, clock = new SteadyClock(), log = createLog(config.logLevel) } = options;
  const server: MediaServer = options.media ?? new LivekitServer(config.livekit);
  const limits = createLimits(config, clock);
  return { config, clock, log, store, server, randomId: options.randomId ?? randomId, ...limits };
}

function groupCallback(
  dependencies: ReturnType<typeof externalDependencies>,
): GroupCallback | null {
  const { groupCallback: config } = dependencies.config;
  return config === null ? null : new GroupCallback(config, dependencies);
}

function callService(
  dependencies: ReturnType<typeof externalDependencies> & { hub: Hub; presence: MediaPresence },
  listeners: readonly ((committed: Committed) => Promise<void> | void)[],
): CallService {
  const { config, hub, presence } = dependencies;
  const rate = new CallRate(dependencies.clock, config);
  return new CallService({
    ...dependencies,
    listeners,
    maxMembers: config.maxMembers,
    callWaiting: config.callWaiting,
    mediaOnlyMs: config.mediaOnlyMs,
    mayCall: (caller, callees) => rate.mayCall(caller, callees),
    canAnswer: (userId) => hub.canAnswer(userId),
    reachability: (userId, sessionId) => ({
      signalling: hub.isConnected(userId, sessionId),
      leaving: hub.isLeaving(userId, sessionId),
      media: presence.of(userId, sessionId),
    }),
  });
}

function scheduleDeadline(jobs: JobRunner, { changes }: Committed): void {
  for (const { after } of changes) {
    const at = after.status === 'ended' ? 0 : nextDeadline(after);
    if (at !== null) jobs.wake(at);
  }
}
