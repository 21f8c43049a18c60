import type { WaitingCall } from '../../src/engine/api/snapshot.ts';
import type { CallMessages } from '../messages/call.ts';

/** Text for the kind of a waiting call. */
export function waitingCallText(
  { isGroup, mediaType }: WaitingCall,
  messages: CallMessages,
): string {
  if (isGroup) return messages.groupCall;
  return mediaType === 'video' ? messages.incomingVideo : messages.incomingAudio;
}
