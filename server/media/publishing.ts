import type { Call, Member } from '../calls/model/call.ts';
import type { Publishing } from './media-server.ts';

/** What a member may publish: as the media type of the call says, without what the back end has muted. */
export function publishingIn({ mediaType }: Call, { audioMuted, videoMuted }: Member): Publishing {
  const isVideo = mediaType === 'video' && !videoMuted;
  if (audioMuted) return isVideo ? 'silent' : 'none';
  return isVideo ? 'video' : 'audio';
}
