import type { MediaAccess, SessionIdentity } from '../../src/protocol/index.ts';
import { mediaToken } from './media-token.ts';
import { memberOf } from '../calls/model/call.ts';
import type { Call } from '../calls/model/call.ts';
import type { Clock } from '../shared/clock.ts';
import type { LivekitConfig } from '../config/config.ts';
import { CommandError } from '../shared/command-error.ts';
import { withTimeout } from '../shared/with-timeout.ts';
import type { RoomMonitor } from './room-monitor.ts';
import type { RoomRegistry } from './room-registry.ts';

/** The acknowledgement of `accept` waits for the room at most this long; creation takes a few ms. */
const ACCEPT_TIMEOUT_MS = 500;
const ACCESS_TIMEOUT_MS = 3_000;

/** Issues media access. Callers have checked that the session holds the seat. */
export class MediaAccessService {
  readonly #livekit: LivekitConfig;
  readonly #rooms: RoomRegistry;
  readonly #monitor: Pick<RoomMonitor, 'confirm'>;
  readonly #clock: Clock;

  constructor(dependencies: {
    livekit: LivekitConfig;
    rooms: RoomRegistry;
    monitor: Pick<RoomMonitor, 'confirm'>;
    clock: Clock;
  }) {
    this.#livekit = dependencies.livekit;
    this.#rooms = dependencies.rooms;
    this.#monitor = dependencies.monitor;
    this.#clock = dependencies.clock;
  }

  /** Issues access without waiting for a slow room; a client that finds no room requests access again. */
  async issueEarly(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    const room = this.#rooms.ensure(call.roomName);
    await withTimeout(this.#clock, ACCEPT_TIMEOUT_MS, room).catch(() => undefined);
    return this.#createAccess(call, session);
  }

  /** @throws {CommandError} media-failed if the room does not exist within 3 s. */
  async issue(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    try {
      // The client may ask because its room was lost.
      await withTimeout(this.#clock, ACCESS_TIMEOUT_MS, this.#monitor.confirm(call));
    } catch {
      throw new CommandError('media-failed');
    }
    return this.#createAccess(call, session);
  }

  async #createAccess(call: Call, { userId, sessionId }: SessionIdentity): Promise<MediaAccess> {
    const { roomName: room, mediaType } = call;
    const nickname = memberOf(call, userId)?.nickname ?? '';
    const seat = { userId, sessionId, nickname, room, mediaType };
    return { url: this.#livekit.publicUrl, token: await mediaToken(this.#livekit, seat) };
  }
}
