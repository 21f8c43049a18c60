import type { SessionIdentity } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Call } from '../calls/model/call.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Clock } from '../shared/clock.ts';
import type { Config } from '../config/config.ts';
import type { Metrics } from '../http/metrics.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { Log } from '../shared/log.ts';
import type { MediaPresence } from '../media/media-presence.ts';
import type { RoomRegistry } from '../media/room-registry.ts';
import type { RoomReconciler } from '../media/room-reconciler.ts';
import type { PresenceListener } from '../signalling/session-lifecycle.ts';
import type { Hub } from '../signalling/hub.ts';
import { Publisher } from '../signalling/publisher.ts';
import { FanOut } from './fan-out.ts';
import { MissedNotifier } from './missed-notifier.ts';
import type { SharedDatabase } from './open-postgres.ts';
import { ProfileReader } from './profile-reader.ts';
import { Reconciler } from './reconciler.ts';
import { SharedPresence } from './shared-presence.ts';

export interface ClusterParts {
  readonly config: Config;
  readonly shared: SharedDatabase;
  readonly hub: Hub;
  readonly live: LiveCalls;
  readonly presence: MediaPresence;
  readonly rooms: RoomRegistry;
  readonly clock: Clock;
  readonly log: Log;
}

/** This node among those that share its database. Ends with stop() and release(). */
export class Cluster implements PresenceListener {
  readonly sessions: SharedPresence;
  readonly fanOut: FanOut;
  readonly #dependencies: ClusterParts;
  readonly #missed: MissedNotifier;
  readonly #profiles: ProfileReader;
  #reconciler: Reconciler | null = null;
  #calls: Pick<CallService, 'saveProfile'> | null = null;

  constructor(dependencies: ClusterParts) {
    const { config, shared, hub, live, presence: media, clock, log } = dependencies;
    const { nodeId, store } = shared;
    this.#dependencies = dependencies;
    this.#missed = new MissedNotifier({ store, hub, clock, log });
    this.#profiles = new ProfileReader({
      ...{ store, hub, log },
      saveProfile: async (userId, profile) => this.#calls?.saveProfile(userId, profile),
    });
    this.fanOut = new FanOut({
      ...{ live, media, nodeId, clock, missed: this.#missed, profiles: this.#profiles },
      publisher: new Publisher(hub, clock),
      onEnded: (call) => this.#deleteRoom(call),
      onEvicted: () => this.#reconciler?.wake(),
    });
    this.sessions = new SharedPresence({
      ...{ nodeId, hub, media },
      isSingle: config.sessions === 'single',
      onEvicted: (nodeIds) => this.fanOut.evicted(nodeIds),
    });
  }

  /** The parts that know this one, too. */
  connect(dependencies: { calls: CallService; reconciler: RoomReconciler; jobs: JobRunner }): void {
    const { shared, ...rest } = this.#dependencies;
    const { fanOut, sessions: presence } = this;
    this.#calls = dependencies.calls;
    this.#reconciler = new Reconciler({
      ...{ ...shared, ...rest, ...dependencies, fanOut, presence },
      missed: this.#missed,
      profiles: this.#profiles,
    });
  }

  /** Joins the other nodes. Returns whether there are any. @throws {StoreError} @throws {RedisError} */
  async join(): Promise<boolean> {
    const { shared } = this.#dependencies;
    this.fanOut.bus = await shared.openBus({
      onMessage: (message) => this.fanOut.received(message),
      onMissed: () => this.#reconciler?.missedMessages(),
    });
    return shared.join();
  }

  start(): void {
    this.#reconciler?.start();
  }

  /** Another node may have done the job that deletes it before this node has created it. */
  #deleteRoom({ roomName }: Call): void {
    const { rooms, log } = this.#dependencies;
    if (!rooms.isOurs(roomName)) return;
    rooms.delete(roomName).catch((error: unknown) => {
      log.warn({ err: error }, 'LiveKit did not delete a room');
    });
  }

  /** Whether this node looks after the media room of that call, or does that task. */
  isOurs(callOrTask: string): boolean {
    return this.#reconciler?.isOurs(callOrTask) ?? true;
  }

  async onLeft(session: SessionIdentity): Promise<void> {
    await this.#reconciler?.reconcileRoomsOf(session);
  }

  onPresenceFailed(session: SessionIdentity): void {
    this.#reconciler?.retryPresence(session);
  }

  /** null: there is one node only. */
  get isRedisConnected(): (() => boolean) | null {
    return this.#dependencies.config.redisUrl === null ? null : () => this.fanOut.bus.isConnected;
  }

  measure(metrics: Metrics): void {
    const { store } = this.#dependencies.shared;
    metrics.gauge('tui_call_nodes', 'Nodes that run.', () => this.#reconciler?.nodeCount ?? 1);
    metrics.gauge('tui_call_redis_connected', '1 while Redis is connected.', () =>
      Number(this.fanOut.bus.isConnected),
    );
    metrics.gauge(
      'tui_call_transaction_retries',
      'Transactions run again because another one came in between.',
      () => store.retries,
    );
    metrics.gauge('tui_call_statements', 'Statements sent to Postgres.', () => store.statements);
  }

  async stop(): Promise<void> {
    await this.#reconciler?.stop();
    await this.fanOut.bus.close();
  }

  async release(): Promise<void> {
    await this.#dependencies.shared.release();
  }
}
