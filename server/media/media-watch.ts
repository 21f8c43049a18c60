import type { CallService } from '../calls/call-service.ts';
import type { Call } from '../calls/call.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { isTokenOut } from './kept-token.ts';
import type { MediaPresence } from './media-presence.ts';
import type { MediaServer } from './media-server.ts';
import type { RoomKeeper } from './room-keeper.ts';
import { seatsOf } from './room-look.ts';
import type { RoomLook } from './room-look.ts';

export interface MediaWatchParts {
  readonly server: MediaServer;
  readonly rooms: RoomKeeper;
  readonly look: RoomLook;
  readonly presence: MediaPresence;
  readonly live: LiveCalls;
  readonly calls: CallService;
  readonly clock: Clock;
  readonly log: Log;
}

/** A client that finds no room gives up after 3 to 6 s: a lost one has to be back before. */
const WATCH_EVERY_MS = 1_000;
const WATCH_DOWN_EVERY_MS = 300;
const LOOK_EVERY_MS = 30_000;

/**
 * Watches that every live call has its room. When LiveKit has lost one (a restart), makes it again and
 * raises the call's media epoch, so that everyone joins again; a call never ends for that.
 * Owns one timer; ends with stop().
 */
export class MediaWatch {
  readonly #parts: MediaWatchParts;
  #cancel: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #down = false;
  #lookAt = 0;

  constructor(parts: MediaWatchParts) {
    this.#parts = parts;
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
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#running = this.#tick().then((delay) => this.#next(delay));
    });
  }

  async #tick(): Promise<number> {
    const { clock, live, log } = this.#parts;
    if (live.size === 0) return WATCH_EVERY_MS;
    try {
      await this.#check(live.all());
      if (this.#down) log.info('LiveKit is back');
      this.#down = false;
      if (clock.now() >= this.#lookAt) await this.#lookEverywhere();
      else await this.#lookForOutsiders();
      return WATCH_EVERY_MS;
    } catch (error) {
      if (!this.#down) log.warn({ err: error }, 'LiveKit cannot be reached');
      this.#down = true;
      return WATCH_DOWN_EVERY_MS;
    }
  }

  async #check(calls: readonly Call[]): Promise<void> {
    const { server, rooms } = this.#parts;
    const made = calls.filter((call) => rooms.isMade(call.roomName));
    const existing = await server.existingRooms(made.map((call) => call.roomName));
    for (const call of calls) {
      if (made.includes(call) && !existing.has(call.roomName)) await this.#remake(call);
      // Not made yet: LiveKit could not be reached when the call began.
      else if (!made.includes(call)) await this.#ensure(call);
    }
  }

  /** Of calls from before this process: whose room is gone, and whose is not. */
  async adopt(calls: readonly Call[]): Promise<void> {
    const { server, rooms } = this.#parts;
    if (calls.length === 0) return;
    const existing = await server.existingRooms(calls.map((call) => call.roomName));
    for (const call of calls) {
      rooms.found(call.roomName);
      if (!existing.has(call.roomName)) await this.#remake(call);
    }
  }

  /** There is a room to enter now. @throws when LiveKit cannot be reached. */
  async confirm(call: Call): Promise<void> {
    const { server, rooms } = this.#parts;
    if (!rooms.isMade(call.roomName)) {
      await this.#ensure(call);
      return;
    }
    const existing = await server.existingRooms([call.roomName]);
    if (!existing.has(call.roomName)) await this.#remake(call);
  }

  async #remake(call: Call): Promise<void> {
    const { rooms, presence, calls, live, log } = this.#parts;
    // Someone else has seen it meanwhile: everyone is told once.
    const first = rooms.lost(call.roomName);
    if (!(await this.#ensure(call)) || !first) return;
    log.warn({ callId: call.callId }, 'LiveKit lost the room of a live call; it was made again');
    const seats = seatsOf(live.get(call.callId) ?? call);
    for (const identity of seats.keys()) presence.forget(identity);
    await calls.mediaRoomRemade(call.callId);
    // Who had media only has nothing now: their grace time begins.
    for (const { userId, sessionId } of seats.values()) await calls.reachChanged(userId, sessionId);
  }

  /** False when the call is over meanwhile: its room must not come back. */
  async #ensure(call: Call): Promise<boolean> {
    const { live, rooms } = this.#parts;
    if (live.get(call.callId) === null) return false;
    await rooms.ensure(call.roomName);
    if (live.get(call.callId) !== null) return true;
    await rooms.delete(call.roomName);
    return false;
  }

  /** Whoever was in a call holds a token that LiveKit takes for minutes: they must not be heard again. */
  async #lookForOutsiders(): Promise<void> {
    const { live, look, clock } = this.#parts;
    for (const call of live.all()) {
      const isDue = isTokenOut(call, clock.now()) || look.putSomeoneOut(call.callId);
      if (isDue) await look.look(call.callId);
    }
  }

  async #lookEverywhere(): Promise<void> {
    this.#lookAt = this.#parts.clock.now() + LOOK_EVERY_MS;
    for (const { callId } of this.#parts.live.all()) await this.#parts.look.look(callId);
  }
}
