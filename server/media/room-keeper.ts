import type { MediaServer } from './media-server.ts';

/** Which rooms of live calls exist, as far as this process made them. Makes each one once at a time. */
export class RoomKeeper {
  readonly #server: MediaServer;
  readonly #made = new Set<string>();
  readonly #making = new Map<string, Promise<void>>();

  constructor(server: MediaServer) {
    this.#server = server;
  }

  /** @throws when the media server cannot be reached. */
  ensure(room: string): Promise<void> {
    if (this.#made.has(room)) return Promise.resolve();
    const making = this.#making.get(room) ?? this.#make(room);
    this.#making.set(room, making);
    return making;
  }

  isMade(room: string): boolean {
    return this.#made.has(room);
  }

  /** It was seen there: made by this process, or before it. */
  found(room: string): void {
    this.#made.add(room);
  }

  /** LiveKit does not have it any more. False when that was known. */
  lost(room: string): boolean {
    return this.#made.delete(room);
  }

  /** For good: its call is over. */
  async delete(room: string): Promise<void> {
    // A room still in the making would outlive its own deletion.
    await this.#making.get(room)?.catch(() => undefined);
    await this.#server.deleteRoom(room);
    this.#made.delete(room);
  }

  async #make(room: string): Promise<void> {
    try {
      await this.#server.createRoom(room);
      this.#made.add(room);
    } finally {
      this.#making.delete(room);
    }
  }
}
