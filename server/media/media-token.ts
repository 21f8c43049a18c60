import { AccessToken, TrackSource } from 'livekit-server-sdk';
import type { VideoGrant } from 'livekit-server-sdk';
import { mediaIdentity } from '../../src/protocol/index.ts';
import type { MediaType, SessionIdentity } from '../../src/protocol/index.ts';
import type { LivekitConfig } from '../config/config.ts';

/** Enough to join once; LiveKit itself renews the token of a connected participant. */
const TOKEN_TTL_SECONDS = 120;

/**
 * Sources a member may publish. Never empty: LiveKit treats an empty list as "all sources".
 * Screen sharing requires a video call.
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

/** A token that lets one session enter one room, with minimal permissions. */
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
