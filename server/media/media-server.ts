import type { MediaType } from '../../src/protocol/index.ts';

/** What the call server asks of the media server. Every method rejects when it cannot be reached in time. */
export interface MediaServer {
  /** Harmless to repeat. */
  createRoom(room: string): Promise<void>;
  /** Harmless to repeat. */
  deleteRoom(room: string): Promise<void>;
  /** Those of the rooms that exist. */
  existingRooms(rooms: readonly string[]): Promise<ReadonlySet<string>>;
  /** Who is in the room now; nobody when there is no such room. */
  participants(room: string): Promise<readonly Participant[]>;
  /** Harmless to repeat. */
  removeParticipant(room: string, identity: string): Promise<void>;
  /** What a participant may publish from now on. Harmless when they are gone. */
  allow(room: string, identity: string, mediaType: MediaType): Promise<void>;
}

export interface Participant {
  readonly identity: string;
  /** By what they may publish. */
  readonly allowed: MediaType;
}
