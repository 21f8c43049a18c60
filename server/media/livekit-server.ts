import {
  ParticipantInfo_State,
  RoomServiceClient,
  ServerError,
  TrackSource,
} from 'livekit-server-sdk';
import type { ParticipantPermission } from 'livekit-server-sdk';
import { publishPermission } from './media-token.ts';
import type { LivekitConfig } from '../config/config.ts';
import type { MediaServer, Participant, Publishing } from './media-server.ts';

/** A user waits for the response. */
const REQUEST_TIMEOUT_SECONDS = 3;
/** Practically never, since the call server deletes rooms; 0 would select LiveKit's own short defaults. */
const EMPTY_ROOM_TIMEOUT_SECONDS = 24 * 3600;

/** The MediaServer port on LiveKit's room service. */
export class LivekitServer implements MediaServer {
  readonly #rooms: RoomServiceClient;

  constructor({ apiUrl, apiKey, apiSecret }: LivekitConfig) {
    this.#rooms = new RoomServiceClient(apiUrl, apiKey, apiSecret.reveal(), {
      requestTimeout: REQUEST_TIMEOUT_SECONDS,
      failover: false,
    });
  }

  /** `emptyTimeout`: LiveKit closes the room when it is empty for this many seconds. */
  async createRoom(room: string, emptyTimeout = EMPTY_ROOM_TIMEOUT_SECONDS): Promise<void> {
    await this.#rooms.createRoom({ name: room, emptyTimeout, departureTimeout: emptyTimeout });
  }

  async deleteRoom(room: string): Promise<void> {
    await ignoringMissing(this.#rooms.deleteRoom(room));
  }

  async existingRooms(rooms: readonly string[]): Promise<ReadonlySet<string>> {
    // LiveKit treats an empty list as "all rooms".
    if (rooms.length === 0) return new Set();
    const found = await this.#rooms.listRooms([...rooms]);
    return new Set(found.map((room) => room.name));
  }

  async allRooms(): Promise<readonly string[]> {
    const found = await this.#rooms.listRooms();
    return found.map((room) => room.name);
  }

  async participants(room: string): Promise<readonly Participant[]> {
    const found = await ignoringMissing(this.#rooms.listParticipants(room));
    return (found ?? [])
      .filter(({ state }) => state !== ParticipantInfo_State.DISCONNECTED)
      .map(({ identity, permission, state }) => ({
        identity,
        connected: state === ParticipantInfo_State.ACTIVE,
        allowed: publishingOf(permission),
      }));
  }

  async removeParticipant(room: string, identity: string): Promise<void> {
    await ignoringMissing(this.#rooms.removeParticipant(room, identity));
  }

  async allow(room: string, identity: string, publishing: Publishing): Promise<void> {
    const permission = publishPermission(publishing);
    await ignoringMissing(this.#rooms.updateParticipant(room, identity, { permission }));
  }
}

function publishingOf(permission: ParticipantPermission | undefined): Publishing {
  if (permission?.canPublish !== true) return 'none';
  const { canPublishSources: sources } = permission;
  if (!sources.includes(TrackSource.CAMERA)) return 'audio';
  return sources.includes(TrackSource.MICROPHONE) ? 'video' : 'silent';
}

async function ignoringMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerError && error.status === 404) return null;
    throw error;
  }
}
