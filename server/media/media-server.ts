/** What a participant may publish: as in a call of that media type, video without sound, or nothing. */
export type Publishing = 'audio' | 'video' | 'silent' | 'none';

/** Port to the media server. Every method rejects if it does not respond in time. */
export interface MediaServer {
  /** Idempotent. */
  createRoom(room: string): Promise<void>;
  /** Idempotent. */
  deleteRoom(room: string): Promise<void>;
  /** The subset of these rooms that exists. */
  existingRooms(rooms: readonly string[]): Promise<ReadonlySet<string>>;
  /** Every room, also of other applications that use the same media server. */
  allRooms(): Promise<readonly string[]>;
  /** The current participants; empty if the room does not exist. */
  participants(room: string): Promise<readonly Participant[]>;
  /** Idempotent. */
  removeParticipant(room: string, identity: string): Promise<void>;
  /** Sets what a participant may publish. No effect if they have left. */
  allow(room: string, identity: string, publishing: Publishing): Promise<void>;
}

export interface Participant {
  readonly identity: string;
  /** Derived from the sources they may publish. */
  readonly allowed: Publishing;
  /** Their media is connected, not only their signalling. */
  readonly connected: boolean;
}
