import type { WaitingCall } from '../src/engine/snapshot.ts';
import type { Words } from './strings/en.ts';

/** What kind of call a second caller asks for. */
export function waitingLine({ isGroup, mediaType }: WaitingCall, words: Words): string {
  if (isGroup) return words.groupCall;
  return mediaType === 'video' ? words.incomingVideo : words.incomingAudio;
}
