import type { CallId } from '../src/protocol/index.ts';
import { UserVerifier } from './auth/verify-user.ts';
import { BlockedUsers } from './calls/blocked-users.ts';
import { callEventsOf } from './callbacks/call-events.ts';
import { CallService } from './calls/call-service.ts';
import type { AskBefore } from './calls/call-gate.ts';
import type { Committed } from './calls/change-writer.ts';
import { nextDeadline } from './calls/model/call.ts';
import type { Presence } from './calls/presence.ts';
import { SignallingLossSweeper } from './calls/background/signalling-loss-sweeper.ts';
import { QualityReports } from './calls/quality-reports.ts';
import { LiveCalls } from './calls/live-calls.ts';
import { Heartbeat } from './calls/background/heartbeat.ts';
import { Cluster } from './cluster/cluster.ts';
import type { ClusterParts } from './cluster/cluster.ts';
import { localPresence } from './cluster/local-presence.ts';
import type { SharedDatabase } from './cluster/open-postgres.ts';
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
import type { DispatcherDependencies } from './signalling/command-dispatcher.ts';
import { Hub } from './signalling/hub.ts';
import { Publisher } from './signalling/publisher.ts';
import { CallRate, RatePerMinute } from './limits/rate-limit.ts';
import type { CreateRateLimit } from './limits/rate-limit.ts';
import { PostgresRateLimit } from './store/postgres-rate-limit.ts';
import { GuardedClient } from './outbound/guarded-client.ts';
import { createPush } from './push/push-services.ts';
import type { PushStore } from './push/push-store.ts';

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

/** What calls need of the callbacks to back ends. */
export interface CallbackParts {
  readonly askBefore: AskBefore;
  readonly wakeSender: () => void;
}

const NO_CALLBACKS: CallbackParts = {
  askBefore: async () => undefined,
  wakeSender: () => undefined,
};

/** Creates and connects all parts. Nothing runs yet. `shared`: the database of several nodes; null for SQLite. */
export function createServices(
  options: ServerOptions,
  store: PushStore,
  shared: SharedDatabase | null = null,
  callbacks: CallbackParts = NO_CALLBACKS,
) {
  const external = externalDependencies(options, store, shared);
  const { config, clock } = external;
  const [live, hub] = [new LiveCalls(), new Hub(clock)];
  const [metrics, presence] = [new Metrics(), new MediaPresence()];
  const [rooms, publisher] = [new RoomRegistry(external.server), new Publisher(hub, clock)];
  const around = { ...external, hub, live, presence, rooms };
  const { cluster, sessions, isOurs } = nodesOf(around, shared);
  const reconcile = (callId: CallId) => reconciler.reconcile(callId);
  const roomService = new RoomService({ ...around, reconcile });
  const calls = callService({ ...external, ...callbacks, presence: sessions }, [
    (committed) => live.committed(committed),
    (committed) => roomService.beforePublish(committed),
    (committed) => (cluster?.fanOut ?? publisher).publish(committed),
    (committed) => roomService.afterPublish(committed),
    (committed) => wake(jobs, callbacks, committed),
    (committed) => metrics.committed(committed),
  ]);
  const push = createPush({ ...external, calls, onDeliveries: callbacks.wakeSender });
  const jobs: JobRunner = createJobs({ ...external, ...push, calls, rooms });
  const reconciler: RoomReconciler = new RoomReconciler({ ...around, calls });
  const monitor = new RoomMonitor({ ...around, reconciler, calls, isOurs });
  const verifier = new UserVerifier(config, () => clock.wall());
  const media = new MediaAccessService({ livekit: config.livekit, rooms, monitor, clock });
  const failures = new MediaFailures({ ...external, presence, live, calls, monitor, reconciler });
  const acting = { calls, verifier, media, failures, clock, ...push };
  const dispatch = commandDispatcher(acting, external);
  const signallingLoss = new SignallingLossSweeper({ ...external, live, calls, isOurs });
  cluster?.connect({ calls, reconciler, jobs });
  return {
    ...{ ...external, ...push, hub, live, metrics, calls, jobs, cluster },
    ...{ reconciler, monitor, signallingLoss, verifier, dispatch },
    ...{ blocked: new BlockedUsers(store), heartbeat: new Heartbeat({ ...external, live }) },
  };
}

function commandDispatcher(
  parts: Omit<DispatcherDependencies, 'quality' | 'groups'>,
  external: ReturnType<typeof externalDependencies>,
): CommandDispatcher {
  const { calls, clock } = parts;
  const groups = new GroupVerifier({ clock, calls, callback: groupCallback(external) });
  const quality = new QualityReports({ store: external.store, calls, clock });
  return new CommandDispatcher({ ...parts, groups, quality });
}

/** This node among others, or alone. */
function nodesOf(dependencies: Omit<ClusterParts, 'shared'>, shared: SharedDatabase | null) {
  const cluster = shared === null ? null : new Cluster({ ...dependencies, shared });
  const sessions = cluster?.sessions ?? localPresence(dependencies.hub, dependencies.presence);
  const isOurs = (callOrTask: string) => cluster?.isOurs(callOrTask) ?? true;
  return { cluster, sessions, isOurs };
}

export type Services = ReturnType<typeof createServices>;

/** Limits for connections, before and after authentication. */
function createLimits(config: Config, clock: Clock, shared: SharedDatabase | null) {
  const { rates } = config;
  const addresses = new AddressLimit(rates.connectionsPerAddress);
  const limit = rateLimits(clock, shared);
  const connects = limit('connects', rates.connectsPerMinute);
  const leaves = limit('leaves', rates.connectsPerMinute);
  const callRate = new CallRate(config, limit);
  const { broadcastsPerMinute, broadcastBurst } = rates;
  const broadcasts = limit('broadcasts', broadcastsPerMinute, broadcastBurst);
  return { addresses, guard: new RequestGuard(addresses), connects, leaves, callRate, broadcasts };
}

/** Creates rate limits that count in the shared database, or in this process where there is none. */
function rateLimits(clock: Clock, shared: SharedDatabase | null): CreateRateLimit {
  return (kind, perMinute, burst = perMinute) =>
    shared === null
      ? new RatePerMinute(clock, perMinute, burst)
      : new PostgresRateLimit(shared.store, { kind, perMinute, burst });
}

/** External dependencies, with defaults for those that tests replace. */
function externalDependencies(
  options: ServerOptions,
  store: PushStore,
  shared: SharedDatabase | null,
) {
  const { config, clock = new SteadyClock(), log = createLog(config.logLevel) } = options;
  const server: MediaServer = options.media ?? new LivekitServer(config.livekit);
  const limits = createLimits(config, clock, shared);
  const outbound = new GuardedClient({ clock, privateNetworks: config.callbackPrivateNetworks });
  return {
    config,
    clock,
    log,
    store,
    server,
    randomId: options.randomId ?? randomId,
    outbound,
    ...limits,
  };
}

function groupCallback(
  dependencies: ReturnType<typeof externalDependencies>,
): GroupCallback | null {
  const { groupCallback: config } = dependencies.config;
  return config === null ? null : new GroupCallback(config, dependencies);
}

function callService(
  dependencies: ReturnType<typeof externalDependencies> & CallbackParts & { presence: Presence },
  listeners: readonly ((committed: Committed) => Promise<void> | void)[],
): CallService {
  const { config, callRate } = dependencies;
  return new CallService({
    ...dependencies,
    listeners,
    eventsOf: callEventsOf,
    maxMembers: config.maxMembers,
    callWaiting: config.callWaiting,
    mediaOnlyMs: config.mediaOnlyMs,
    mayCall: (caller, callees) => callRate.mayCall(caller, callees),
  });
}

/** What a commit has made due. */
function wake(jobs: JobRunner, { wakeSender }: CallbackParts, committed: Committed): void {
  const { changes, deliveries, hasPush } = committed;
  if (deliveries > 0) wakeSender();
  if (hasPush) jobs.wake(0);
  for (const { after } of changes) {
    const at = after.status === 'ended' ? 0 : nextDeadline(after);
    if (at !== null) jobs.wake(at);
  }
}
