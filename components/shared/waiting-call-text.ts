import type { WaitingCall } from '../../src/engine/api/snapshot.ts';
import type { Messages } from '../messages/en.ts';

/** Text for the kind of a waiting call. */
export function waitingCallText({ isGroup, mediaType }: WaitingCall, messages: Messages): string {
  if (isGroup) return messages.groupCall;
  return mediaType === 'video' ? messages.incomingVideo : messages.incomingAudio;
}
