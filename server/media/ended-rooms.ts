import type { LiveCalls } from '../calls/live-calls.ts';
import type { Store } from '../calls/store.ts';
import type { MediaServer } from './media-server.ts';
import type { RoomRegistry } from './room-registry.ts';

export interface EndedRoomsDependencies {
  readonly server: MediaServer;
  readonly rooms: Pick<RoomRegistry, 'delete'>;
  readonly live: LiveCalls;
  readonly store: Store;
}

/** Values in one statement; SQLite allows 32,766. */
const MAX_ROOMS_AT_ONCE = 1_000;

/**
 * Deletes media rooms that outlived their call. A node that is killed while LiveKit creates a room leaves one,
 * since the call may end, and the room be deleted, before LiveKit has created it.
 *
 * The database decides: only the room of a call that has ended is deleted. So the room of a call that was just
 * committed stays, whichever node knows of it, and so do the rooms of other applications.
 */
export class EndedRooms {
  readonly #dependencies: EndedRoomsDependencies;

  constructor(dependencies: EndedRoomsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Returns how many rooms it deleted. @throws if the media server or the database does not respond. */
  async delete(): Promise<number> {
    const { server, rooms, live } = this.#dependencies;
    const known = new Set(live.all().map(({ roomName }) => roomName));
    const others = (await server.allRooms()).filter((room) => !known.has(room));
    const ended = await this.#endedAmong(others);
    for (const room of ended) await rooms.delete(room);
    return ended.length;
  }

  async #endedAmong(rooms: readonly string[]): Promise<readonly string[]> {
    const ended: string[] = [];
    for (let start = 0; start < rooms.length; start += MAX_ROOMS_AT_ONCE) {
      const some = rooms.slice(start, start + MAX_ROOMS_AT_ONCE);
      const found = this.#dependencies.store.transaction((tx) => tx.endedRooms(some), 'repeatable');
      ended.push(...(await found));
    }
    return ended;
  }
}
