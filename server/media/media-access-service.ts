import type { MediaAccess, SessionIdentity } from '../../src/protocol/index.ts';
import { mediaToken } from '../auth/media-token.ts';
import { memberOf } from '../calls/model/call.ts';
import type { Call } from '../calls/model/call.ts';
import type { Clock } from '../shared/clock.ts';
import type { LivekitConfig } from '../config.ts';
import { CommandError } from '../shared/command-error.ts';
import { withTimeout } from '../shared/with-timeout.ts';
import type { RoomMonitor } from './room-monitor.ts';
import type { RoomRegistry } from './room-registry.ts';

/** A room is made in a few ms; an answer to `accept` waits for it no longer than this. */
const ACCEPT_TIMEOUT_MS = 500;
const ACCESS_TIMEOUT_MS = 3_000;

/** Lets sessions into media rooms. Its caller has checked that the session is the one in the call. */
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

  /** Access that may be a moment early: who then finds no room asks again. */
  async issueEarly(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    const room = this.#rooms.ensure(call.roomName);
    await withTimeout(this.#clock, ACCEPT_TIMEOUT_MS, room).catch(() => undefined);
    return this.#createAccess(call, session);
  }

  /** @throws {CommandError} media-failed when there is no room to enter within 3 s. */
  async issue(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    try {
      // Whoever asks may just have been thrown out with the room.
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
