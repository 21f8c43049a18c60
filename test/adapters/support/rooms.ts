import { randomBytes } from 'node:crypto';

import { AccessToken, RoomServiceClient, TrackSource } from 'livekit-server-sdk';
import type { TrackInfo } from 'livekit-server-sdk';

import type { LivekitAccess } from '../../../scripts/livekit/index.mjs';

const EVERYTHING = [
  TrackSource.MICROPHONE,
  TrackSource.CAMERA,
  TrackSource.SCREEN_SHARE,
  TrackSource.SCREEN_SHARE_AUDIO,
];

/** The call server's part in a call: creates the room, and gives each member media access. */
export class TestRoom {
  readonly name = randomBytes(16).toString('hex');
  readonly #access: LivekitAccess;
  readonly #rooms: RoomServiceClient;

  constructor(access: LivekitAccess) {
    this.#access = access;
    this.#rooms = new RoomServiceClient(access.httpUrl, access.apiKey, access.apiSecret);
  }

  async make(): Promise<this> {
    await this.#rooms.createRoom({ name: this.name, emptyTimeout: 60, departureTimeout: 60 });
    return this;
  }

  delete(): Promise<void> {
    return this.#rooms.deleteRoom(this.name);
  }

  async token(userId: string, sources: readonly TrackSource[] = EVERYTHING): Promise<string> {
    const { apiKey, apiSecret } = this.#access;
    const token = new AccessToken(apiKey, apiSecret, { identity: identity(userId), ttl: 120 });
    token.addGrant({
      room: this.name,
      roomJoin: true,
      canSubscribe: true,
      canPublish: true,
      canPublishSources: [...sources],
    });
    return token.toJwt();
  }

  /** The tracks that LiveKit lists for this user. */
  async tracks(userId: string): Promise<readonly TrackInfo[]> {
    const { tracks } = await this.#rooms.getParticipant(this.name, identity(userId));
    return tracks;
  }

  async grantEverything(userId: string): Promise<void> {
    await this.#rooms.updateParticipant(this.name, identity(userId), {
      permission: { canSubscribe: true, canPublish: true, canPublishSources: EVERYTHING },
    });
  }
}

function identity(userId: string): string {
  return `${userId}:${'s'.repeat(22)}`;
}
