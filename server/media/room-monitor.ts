import type { CallService } from '../calls/call-service.ts';
import type { Call } from '../calls/model/call.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Store } from '../calls/store.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { hasOutstandingToken } from './outstanding-token.ts';
import { EndedRooms } from './ended-rooms.ts';
import type { MediaPresence } from './media-presence.ts';
import type { MediaServer } from './media-server.ts';
import type { RoomRegistry } from './room-registry.ts';
import { allowedSessions } from './room-reconciler.ts';
import type { RoomReconciler } from './room-reconciler.ts';

export interface RoomMonitorDependencies {
  readonly server: MediaServer;
  readonly rooms: RoomRegistry;
  readonly reconciler: RoomReconciler;
  readonly presence: MediaPresence;
  readonly live: LiveCalls;
  readonly calls: CallService;
  readonly store: Store;
  /** Does this node look after that call, or do that task? Each one has one such node. */
  readonly isOurs: (callOrTask: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** A client that finds no room gives up after 3 to 6 s; a lost room must exist again before. */
const CHECK_INTERVAL_MS = 1_000;
const DOWN_CHECK_INTERVAL_MS = 300;
const RECONCILE_INTERVAL_MS = 30_000;
const ENDED_ROOMS_INTERVAL_MS = 30_000;
const ENDED_ROOMS_TASK = 'ended-rooms';

/**
 * Ensures that every live call has its room. If LiveKit lost one (a restart), creates it again and increments
 * the call's media epoch, so that all clients join again. No call ends. Deletes rooms that outlived their call.
 * Owns one timer; ends with stop().
 */
export class RoomMonitor {
  readonly #dependencies: RoomMonitorDependencies;
  readonly #endedRooms: EndedRooms;
  #cancel: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #down = false;
  #reconcileAt = 0;
  #endedRoomsAt = 0;

  constructor(dependencies: RoomMonitorDependencies) {
    this.#dependencies = dependencies;
    this.#endedRooms = new EndedRooms(dependencies);
  }

  start(): void {
    this.#next(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  get isDown(): boolean {
    return this.#down;
  }

  #next(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#dependencies.clock.after(ms, () => {
      this.#running = this.#tick().then((delay) => this.#next(delay));
    });
  }

  async #tick(): Promise<number> {
    const { clock, log } = this.#dependencies;
    const calls = this.#ours();
    await this.#deleteEndedRooms();
    if (calls.length === 0) return CHECK_INTERVAL_MS;
    try {
      await this.#check(calls);
      if (this.#down) log.info('LiveKit responds again');
      this.#down = false;
      if (clock.now() >= this.#reconcileAt) await this.#reconcileAll();
      else await this.#evictOutsiders();
      return CHECK_INTERVAL_MS;
    } catch (error) {
      if (!this.#down) log.warn({ err: error }, 'LiveKit does not respond');
      this.#down = true;
      return DOWN_CHECK_INTERVAL_MS;
    }
  }

  async #check(calls: readonly Call[]): Promise<void> {
    const { server, rooms } = this.#dependencies;
    const created = calls.filter((call) => rooms.isCreated(call.roomName));
    const existing = await server.existingRooms(created.map((call) => call.roomName));
    for (const call of calls) {
      if (created.includes(call) && !existing.has(call.roomName)) await this.#recreate(call);
      // Not created yet: LiveKit did not respond when the call started.
      else if (!created.includes(call)) await this.#ensure(call);
    }
  }

  /** After a start: registers the rooms of live calls and creates the missing ones again. */
  async adoptRooms(calls: readonly Call[]): Promise<void> {
    const { server, rooms } = this.#dependencies;
    if (calls.length === 0) return;
    const existing = await server.existingRooms(calls.map((call) => call.roomName));
    for (const call of calls) {
      rooms.markCreated(call.roomName);
      if (!existing.has(call.roomName)) await this.#recreate(call);
    }
  }

  /** Ensures that the room exists. @throws if LiveKit does not respond. */
  async confirm(call: Call): Promise<void> {
    const { server, rooms } = this.#dependencies;
    if (!rooms.isCreated(call.roomName)) {
      await this.#ensure(call);
      return;
    }
    const existing = await server.existingRooms([call.roomName]);
    if (!existing.has(call.roomName)) await this.#recreate(call);
  }

  async #recreate(call: Call): Promise<void> {
    const { rooms, presence, calls, live, log } = this.#dependencies;
    // The loss may have been noticed elsewhere meanwhile: notifies once.
    const first = rooms.markLost(call.roomName);
    if (!(await this.#ensure(call)) || !first) return;
    log.warn({ callId: call.callId }, 'LiveKit lost the room of a live call; room created again');
    const sessions = allowedSessions(live.get(call.callId) ?? call);
    for (const identity of sessions.keys()) presence.forget(identity);
    await calls.mediaRoomRecreated(call.callId, call.mediaEpoch);
    // Members with media only are now unreachable: their grace time starts.
    for (const { userId, sessionId } of sessions.values())
      await calls.presenceChanged(userId, sessionId);
  }

  /** Returns false if the call has ended meanwhile; its room must not exist then. */
  async #ensure(call: Call): Promise<boolean> {
    const { live, rooms } = this.#dependencies;
    if (live.get(call.callId) === null) return false;
    await rooms.ensure(call.roomName);
    if (live.get(call.callId) !== null) return true;
    await rooms.delete(call.roomName);
    return false;
  }

  /** Removes former members who join the room again with a token that is still valid. */
  async #evictOutsiders(): Promise<void> {
    const { reconciler, clock } = this.#dependencies;
    for (const call of this.#ours()) {
      const isDue =
        hasOutstandingToken(call, clock.now()) || reconciler.recentlyEvicted(call.callId);
      if (isDue) await reconciler.reconcile(call.callId);
    }
  }

  async #deleteEndedRooms(): Promise<void> {
    const { isOurs, clock, log } = this.#dependencies;
    if (this.#down || clock.now() < this.#endedRoomsAt || !isOurs(ENDED_ROOMS_TASK)) return;
    this.#endedRoomsAt = clock.now() + ENDED_ROOMS_INTERVAL_MS;
    try {
      const count = await this.#endedRooms.delete();
      if (count > 0) log.info({ count }, 'media rooms of ended calls deleted');
    } catch (error) {
      log.warn({ err: error }, 'media rooms of ended calls could not be deleted');
    }
  }

  async #reconcileAll(): Promise<void> {
    this.#reconcileAt = this.#dependencies.clock.now() + RECONCILE_INTERVAL_MS;
    for (const { callId } of this.#ours()) await this.#dependencies.reconciler.reconcile(callId);
  }

  #ours(): readonly Call[] {
    const { live, isOurs } = this.#dependencies;
    return live.all().filter(({ callId }) => isOurs(callId));
  }
}
