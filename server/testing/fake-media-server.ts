import type { MediaServer, Participant, Publishing } from '../media/media-server.ts';

/** An in-memory media server that a test can make unreachable. */
export class FakeMediaServer implements MediaServer {
  readonly rooms = new Map<string, Map<string, Publishing>>();
  /** Every request, as `createRoom room-1`. */
  readonly asked: string[] = [];
  readonly #waiting = new Set<{ readonly text: string; readonly done: () => void }>();
  reachable = true;
  /** Identities whose signalling has entered a room, and whose media has not connected. */
  readonly unconnected = new Set<string>();

  async createRoom(room: string): Promise<void> {
    this.#request(`createRoom ${room}`);
    if (!this.rooms.has(room)) this.rooms.set(room, new Map());
  }

  async deleteRoom(room: string): Promise<void> {
    this.#request(`deleteRoom ${room}`);
    this.rooms.delete(room);
  }

  async existingRooms(rooms: readonly string[]): Promise<ReadonlySet<string>> {
    this.#request('existingRooms');
    return new Set(rooms.filter((room) => this.rooms.has(room)));
  }

  async allRooms(): Promise<readonly string[]> {
    this.#request('allRooms');
    return [...this.rooms.keys()];
  }

  async participants(room: string): Promise<readonly Participant[]> {
    this.#request(`participants ${room}`);
    const people = this.rooms.get(room) ?? new Map<string, Publishing>();
    return [...people].map(([identity, allowed]) => ({
      identity,
      allowed,
      connected: !this.unconnected.has(identity),
    }));
  }

  async removeParticipant(room: string, identity: string): Promise<void> {
    this.#request(`removeParticipant ${identity}`);
    this.rooms.get(room)?.delete(identity);
  }

  async allow(room: string, identity: string, publishing: Publishing): Promise<void> {
    this.#request(`allow ${identity} ${publishing}`);
    if (this.rooms.get(room)?.has(identity)) this.rooms.get(room)?.set(identity, publishing);
  }

  /** A participant joins. */
  enter(room: string, identity: string, publishing: Publishing = 'video'): void {
    const people = this.rooms.get(room);
    if (people === undefined) throw new Error(`there is no room ${room}`);
    people.set(identity, publishing);
  }

  /** Resolves at the next request with this prefix. */
  next(text: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.add({ text, done: resolve }));
  }

  #request(text: string): void {
    if (!this.reachable) throw new Error('the media server is unreachable');
    this.asked.push(text);
    for (const one of this.#waiting) {
      if (!text.startsWith(one.text)) continue;
      this.#waiting.delete(one);
      one.done();
    }
  }
}
