import type { MediaServer } from './media-server.ts';

/** The rooms this process knows to exist. Creates each room at most once at a time. */
export class RoomRegistry {
  readonly #server: MediaServer;
  readonly #created = new Set<string>();
  readonly #creating = new Map<string, Promise<void>>();

  constructor(server: MediaServer) {
    this.#server = server;
  }

  /** @throws if the media server does not respond. */
  ensure(room: string): Promise<void> {
    if (this.#created.has(room)) return Promise.resolve();
    const creating = this.#creating.get(room) ?? this.#create(room);
    this.#creating.set(room, creating);
    return creating;
  }

  isCreated(room: string): boolean {
    return this.#created.has(room);
  }

  /** The call has ended. Deletes a room whose creation is in progress: its job may have been done by another node. */
  async forget(room: string): Promise<void> {
    const creating = this.#creating.get(room);
    this.#created.delete(room);
    if (creating === undefined) return;
    await creating.catch(() => undefined);
    await this.delete(room);
  }

  /** Records that the room exists. */
  markCreated(room: string): void {
    this.#created.add(room);
  }

  /** Records that LiveKit lost the room. Returns false if that was known. */
  markLost(room: string): boolean {
    return this.#created.delete(room);
  }

  /** Deletes the room of an ended call. */
  async delete(room: string): Promise<void> {
    // Waits for a creation in progress, which would otherwise follow the deletion.
    await this.#creating.get(room)?.catch(() => undefined);
    await this.#server.deleteRoom(room);
    this.#created.delete(room);
  }

  async #create(room: string): Promise<void> {
    try {
      await this.#server.createRoom(room);
      this.#created.add(room);
    } finally {
      this.#creating.delete(room);
    }
  }
}
