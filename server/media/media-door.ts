import type { MediaAccess, SessionIdentity } from '../../src/protocol/index.ts';
import { mediaToken } from '../auth/media-token.ts';
import { memberOf } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';
import type { Clock } from '../clock.ts';
import type { LivekitConfig } from '../config.ts';
import { Refusal } from '../refusal.ts';
import { within } from '../within.ts';
import type { MediaWatch } from './media-watch.ts';
import type { RoomKeeper } from './room-keeper.ts';

/** A room is made in a few ms; an answer to `accept` waits for it no longer than this. */
const ACCEPT_WAITS_MS = 500;
const ACCESS_WAITS_MS = 3_000;

/** Lets sessions into media rooms. Its caller has checked that the session is the one in the call. */
export class MediaDoor {
  readonly #livekit: LivekitConfig;
  readonly #rooms: RoomKeeper;
  readonly #watch: Pick<MediaWatch, 'confirm'>;
  readonly #clock: Clock;

  constructor(parts: {
    livekit: LivekitConfig;
    rooms: RoomKeeper;
    watch: Pick<MediaWatch, 'confirm'>;
    clock: Clock;
  }) {
    this.#livekit = parts.livekit;
    this.#rooms = parts.rooms;
    this.#watch = parts.watch;
    this.#clock = parts.clock;
  }

  /** Access that may be a moment early: who then finds no room asks again. */
  async access(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    const room = this.#rooms.ensure(call.roomName);
    await within(this.#clock, ACCEPT_WAITS_MS, room).catch(() => undefined);
    return this.#mint(call, session);
  }

  /** @throws {Refusal} media-failed when there is no room to enter within 3 s. */
  async openAccess(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    try {
      // Whoever asks may just have been thrown out with the room.
      await within(this.#clock, ACCESS_WAITS_MS, this.#watch.confirm(call));
    } catch {
      throw new Refusal('media-failed');
    }
    return this.#mint(call, session);
  }

  async #mint(call: Call, { userId, sessionId }: SessionIdentity): Promise<MediaAccess> {
    const { roomName: room, mediaType } = call;
    const nickname = memberOf(call, userId)?.nickname ?? '';
    const seat = { userId, sessionId, nickname, room, mediaType };
    return { url: this.#livekit.publicUrl, token: await mediaToken(this.#livekit, seat) };
  }
}
