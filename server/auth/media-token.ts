import { AccessToken, TrackSource } from 'livekit-server-sdk';
import type { VideoGrant } from 'livekit-server-sdk';
import { mediaIdentity } from '../../src/protocol/index.ts';
import type { MediaType, SessionIdentity } from '../../src/protocol/index.ts';
import type { LivekitConfig } from '../config.ts';

/** Long enough to join once; LiveKit renews what is in use by itself. */
const TOKEN_TTL_SECONDS = 120;

/**
 * What one may publish. Never empty: LiveKit reads an empty list as "everything".
 * Screen sharing belongs to a video call.
 */
export const SOURCES: { readonly [T in MediaType]: readonly [TrackSource, ...TrackSource[]] } = {
  audio: [TrackSource.MICROPHONE],
  video: [
    TrackSource.CAMERA,
    TrackSource.MICROPHONE,
    TrackSource.SCREEN_SHARE,
    TrackSource.SCREEN_SHARE_AUDIO,
  ],
};

export interface MediaSeat extends SessionIdentity {
  readonly nickname: string;
  readonly room: string;
  readonly mediaType: MediaType;
}

/** The token with which one session enters one room, with the least it needs. */
export async function mediaToken(livekit: LivekitConfig, seat: MediaSeat): Promise<string> {
  const token = new AccessToken(livekit.apiKey, livekit.apiSecret.reveal(), {
    identity: mediaIdentity(seat.userId, seat.sessionId),
    name: seat.nickname,
    ttl: TOKEN_TTL_SECONDS,
  });
  token.addGrant(grant(seat));
  return token.toJwt();
}

function grant({ room, mediaType }: MediaSeat): VideoGrant {
  return {
    roomJoin: true,
    room,
    canPublish: true,
    canSubscribe: true,
    canPublishData: false,
    canPublishSources: [...SOURCES[mediaType]],
    canUpdateOwnMetadata: false,
  };
}
