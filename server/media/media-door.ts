import type { MediaAccess, SessionIdentity } from '../../src/protocol/index.ts';
import { mediaToken } from '../auth/media-token.ts';
import { memberOf } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';
import type { Clock } from '../clock.ts';
import type { LivekitConfig } from '../config.ts';
import { Refusal } from '../refusal.ts';
import { within } from '../within.ts';
import type { RoomKeeper } from './room-keeper.ts';

/** A room is made in a few ms; an answer to `accept` waits for it no longer than this. */
const ACCEPT_WAITS_MS = 500;
const ACCESS_WAITS_MS = 3_000;

/** Lets sessions into media rooms. Its caller has checked that the session is the one in the call. */
export class MediaDoor {
  readonly #livekit: LivekitConfig;
  readonly #rooms: RoomKeeper;
  readonly #clock: Clock;

  constructor(parts: { livekit: LivekitConfig; rooms: RoomKeeper; clock: Clock }) {
    this.#livekit = parts.livekit;
    this.#rooms = parts.rooms;
    this.#clock = parts.clock;
  }

  /** Access that may be a moment early: who then finds no room asks again. */
  async access(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    await this.#ready(call.roomName, ACCEPT_WAITS_MS).catch(() => undefined);
    return this.#mint(call, session);
  }

  /** @throws {Refusal} media-failed when there is no room to enter within 3 s. */
  async openAccess(call: Call, session: SessionIdentity): Promise<MediaAccess> {
    try {
      await this.#ready(call.roomName, ACCESS_WAITS_MS);
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

  #ready(room: string, withinMs: number): Promise<void> {
    return within(this.#clock, withinMs, this.#rooms.ensure(room));
  }
}
