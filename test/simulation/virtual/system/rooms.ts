import { CallError } from '../../../../src/engine/api/call-error.ts';
import type { MediaJoin } from '../../../../src/engine/api/ports.ts';
import type { FakeMediaServer } from '../../../../server/testing/fake-media-server.ts';
import { FakeMedia } from '../../../fakes/fake-media.ts';

/** Media that enters the rooms of an in-memory media server with the token it has, and no other room. */
export class RoomMedia extends FakeMedia {
  readonly #rooms: FakeMediaServer;
  #seat: { readonly room: string; readonly identity: string } | null = null;

  constructor(rooms: FakeMediaServer) {
    super();
    this.#rooms = rooms;
  }

  override async join(access: MediaJoin): Promise<void> {
    await super.join(access);
    this.#letGo();
    const { sub, video } = payloadOf(access.token);
    if (!this.#rooms.reachable || !this.#rooms.rooms.has(video.room)) {
      this.joined = false;
      throw new CallError('media-failed', 'there is no such room');
    }
    this.#seat = { room: video.room, identity: sub };
    this.#rooms.enter(video.room, sub, access.mediaType);
  }

  override async leave(): Promise<void> {
    this.#letGo();
    await super.leave();
  }

  /** Its connection to the room breaks. */
  break(): void {
    if (this.#seat === null) return;
    this.#letGo();
    this.joined = false;
    this.emit({ type: 'media-lost', reason: 'it broke' });
  }

  /** The page closes, with all its connections. */
  pageGone(): void {
    this.#letGo();
    this.joined = false;
    this.open.clear();
  }

  /** Notices, as LiveKit's client does, that it is no longer in the room. */
  look(): void {
    const seat = this.#seat;
    if (seat === null || this.#rooms.rooms.get(seat.room)?.has(seat.identity)) return;
    this.#seat = null;
    this.joined = false;
    this.emit({ type: 'media-lost', reason: 'put out' });
  }

  #letGo(): void {
    const seat = this.#seat;
    this.#seat = null;
    if (seat !== null) this.#rooms.rooms.get(seat.room)?.delete(seat.identity);
  }
}

function payloadOf(token: string) {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    readonly sub: string;
    readonly video: { readonly room: string };
  };
}
