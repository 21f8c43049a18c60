import type { MediaServer } from './media-server.ts';

/** Which rooms of live calls exist, as far as this process made them. Makes each one once at a time. */
export class RoomRegistry {
  readonly #server: MediaServer;
  readonly #created = new Set<string>();
  readonly #creating = new Map<string, Promise<void>>();

  constructor(server: MediaServer) {
    this.#server = server;
  }

  /** @throws when the media server cannot be reached. */
  ensure(room: string): Promise<void> {
    if (this.#created.has(room)) return Promise.resolve();
    const creating = this.#creating.get(room) ?? this.#create(room);
    this.#creating.set(room, creating);
    return creating;
  }

  isCreated(room: string): boolean {
    return this.#created.has(room);
  }

  /** Made by this process, or about to be. */
  isOurs(room: string): boolean {
    return this.#created.has(room) || this.#creating.has(room);
  }

  /** It was seen there: made by this process, or before it. */
  markCreated(room: string): void {
    this.#created.add(room);
  }

  /** LiveKit does not have it any more. False when that was known. */
  markLost(room: string): boolean {
    return this.#created.delete(room);
  }

  /** For good: its call is over. */
  async delete(room: string): Promise<void> {
    // A room still in the making would outlive its own deletion.
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
