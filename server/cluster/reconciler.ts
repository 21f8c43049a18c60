import type { SessionIdentity } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Clock } from '../shared/clock.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { Log } from '../shared/log.ts';
import type { RoomReconciler } from '../media/room-reconciler.ts';
import type { Hub } from '../signalling/hub.ts';
import { purgeRateLimits } from '../store/postgres-rate-limit.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import type { ClusterRows } from './cluster-rows.ts';
import type { FanOut } from './fan-out.ts';
import type { MissedNotifier } from './missed-notifier.ts';
import type { NodeRegistry } from './node-registry.ts';
import { ownerOf } from './owner.ts';
import { repeat } from './repeat.ts';
import type { Repeated } from './repeat.ts';
import type { ProfileReader } from './profile-reader.ts';
import type { SharedPresence } from './shared-presence.ts';

const BEAT_INTERVAL_MS = 1_000;
const RECONCILE_INTERVAL_MS = 1_000;
const PURGE_INTERVAL_MS = 60_000;
/** The node that saved a job does it; the others wait this long, in case it has died. */
const OTHERS_JOBS_AFTER_MS = 500;

export interface ReconcilerParts {
  readonly nodeId: string;
  readonly store: PostgresStore;
  readonly registry: NodeRegistry;
  readonly rows: ClusterRows;
  readonly fanOut: FanOut;
  readonly missed: MissedNotifier;
  readonly profiles: ProfileReader;
  readonly presence: SharedPresence;
  readonly hub: Hub;
  readonly live: LiveCalls;
  readonly calls: CallService;
  readonly reconciler: RoomReconciler;
  readonly jobs: JobRunner;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Brings this node in line with the database: heartbeats, calls that other nodes changed, connections to
 * close, missed calls, and the work of nodes that died. Redis only makes the same things quicker. Owns its
 * timers; ends with stop().
 */
export class Reconciler {
  readonly #dependencies: ReconcilerParts;
  /** Sessions whose connect or disconnect could not be recorded yet. */
  readonly #unrecorded = new Map<string, SessionIdentity>();
  #live: readonly string[];
  #dead: readonly string[] = [];
  #purgeAt = 0;
  #profilesAreOld = false;
  #isFailing = false;
  #beats: Repeated | null = null;
  #reconciles: Repeated | null = null;

  constructor(dependencies: ReconcilerParts) {
    this.#dependencies = dependencies;
    this.#live = [dependencies.nodeId];
  }

  start(): void {
    const { clock } = this.#dependencies;
    this.#beats = repeat(clock, BEAT_INTERVAL_MS, () => this.#logged(() => this.#beat()));
    this.#reconciles = repeat(clock, RECONCILE_INTERVAL_MS, () =>
      this.#logged(() => this.#reconcile()),
    );
  }

  /** Reads the database as soon as possible. */
  wake(): void {
    this.#reconciles?.wake();
  }

  /** Messages of other nodes were lost. All else is compared with the database each time. */
  missedMessages(): void {
    this.#profilesAreOld = true;
    this.wake();
  }

  async stop(): Promise<void> {
    await this.#beats?.stop();
    await this.#reconciles?.stop();
    await this.#dependencies.registry.leave().catch(() => undefined);
  }

  get nodeCount(): number {
    return this.#live.length;
  }

  /** Whether this node looks after the media room of that call, or does that task. */
  isOurs(callOrTask: string): boolean {
    return ownerOf(callOrTask, this.#live) === this.#dependencies.nodeId;
  }

  /** The connect or disconnect of this session could not be recorded: tries again. */
  retryPresence(session: SessionIdentity): void {
    this.#unrecorded.set(`${session.userId} ${session.sessionId}`, session);
  }

  /** A session of this node with a seat has disconnected: asks LiveKit whether its media continues. */
  async reconcileRoomsOf(session: SessionIdentity): Promise<void> {
    const { live, reconciler } = this.#dependencies;
    for (const callId of live.callsOfSeat(session)) await reconciler.reconcile(callId);
  }

  async #beat(): Promise<void> {
    const { live, dead, wasForgotten } = await this.#dependencies.registry.beat();
    this.#live = live;
    this.#dead = dead;
    if (!wasForgotten) return;
    for (const session of this.#dependencies.hub.all()) this.retryPresence(session);
  }

  async #reconcile(): Promise<void> {
    await this.#closeEvicted();
    await this.#recordSessions();
    await this.#compareCalls();
    await this.#dependencies.missed.check();
    await this.#readProfiles();
    await this.#wakeJobs();
    for (const nodeId of this.#dead) {
      if (ownerOf(nodeId, this.#live) === this.#dependencies.nodeId) await this.#takeOver(nodeId);
    }
    await this.#purge();
  }

  async #readProfiles(): Promise<void> {
    if (!this.#profilesAreOld) return;
    this.#profilesAreOld = false;
    await this.#dependencies.profiles.all().catch((error: unknown) => {
      this.#profilesAreOld = true;
      throw error;
    });
  }

  async #closeEvicted(): Promise<void> {
    const { rows, hub, presence } = this.#dependencies;
    for (const eviction of await rows.evictions()) {
      const { userId, sessionId, connectionId, reason } = eviction;
      const connection = hub.connection(userId, sessionId);
      if (connection !== null && presence.idOf(connection) === connectionId) {
        presence.evicted(connection);
        connection.kick(reason);
      }
      await rows.deleteEviction(eviction);
    }
  }

  async #recordSessions(): Promise<void> {
    for (const [key, { userId, sessionId }] of this.#unrecorded) {
      await this.#dependencies.calls.presenceChanged(userId, sessionId);
      this.#unrecorded.delete(key);
    }
  }

  /** Publishes changes whose message was lost, or whose node died before it sent one. */
  async #compareCalls(): Promise<void> {
    const { rows, live, fanOut } = this.#dependencies;
    const known = live.all();
    const versions = await rows.liveVersions();
    const changed = known.filter(({ callId, version }) => versions.get(callId) !== version);
    const ids = new Set(changed.map(({ callId }) => callId));
    for (const callId of versions.keys()) if (live.get(callId) === null) ids.add(callId);
    if (ids.size === 0) return;
    for (const call of await rows.calls([...ids])) fanOut.changed(call);
  }

  async #wakeJobs(): Promise<void> {
    const { rows, jobs, clock } = this.#dependencies;
    const at = await rows.nextJobAt();
    if (at !== null) jobs.wake(Math.max(at, clock.now()) + OTHERS_JOBS_AFTER_MS);
  }

  /** A node died: its sessions are lost unless LiveKit still sees them, and its jobs are due. */
  async #takeOver(deadNodeId: string): Promise<void> {
    const { rows, reconciler, calls, log } = this.#dependencies;
    for (const { userId, sessionId, callId } of await rows.seatsOf(deadNodeId)) {
      await reconciler.reconcile(callId).catch((error: unknown) => {
        log.warn({ err: error }, 'participants of a media room could not be read');
      });
      await calls.presenceChanged(userId, sessionId);
    }
    await rows.forget(deadNodeId);
    this.#dead = this.#dead.filter((one) => one !== deadNodeId);
    this.#dependencies.jobs.wake(0);
  }

  async #purge(): Promise<void> {
    const { clock, rows, store } = this.#dependencies;
    if (clock.now() < this.#purgeAt) return;
    this.#purgeAt = clock.now() + PURGE_INTERVAL_MS;
    await rows.purgeSessions();
    await purgeRateLimits(store);
  }

  /** Logs an unreachable database once. */
  async #logged(work: () => Promise<void>): Promise<void> {
    const { log } = this.#dependencies;
    try {
      await work();
      if (this.#isFailing) log.info('the database responds again');
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) log.error({ err: error }, 'the database does not respond');
      this.#isFailing = true;
    }
  }
}
