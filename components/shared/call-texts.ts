import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { isPresent, namesOf } from './members.ts';
import type { CoreMessages } from '../messages/core.ts';

/* Texts of the screens before a call connects, which are also announced. */

/** "Incoming video call", or the names of the other members. */
export function incomingCallText(
  members: readonly CallMember[],
  inviterId: string | null,
  {
    isGroup,
    mediaType,
    messages,
  }: { isGroup: boolean; mediaType: string | null; messages: CoreMessages },
): string {
  const others = members.filter((m) => !m.isSelf && m.userId !== inviterId && isPresent(m));
  if (isGroup && others.length) return messages.incomingGroup(namesOf(others, messages));
  return mediaType === 'video' ? messages.incomingVideo : messages.incomingAudio;
}

/** Progress of the call as a short text. While the connection is lost, the state of the callee is unknown. */
export function progressText(
  { phase, connection, members }: Pick<CallSnapshot, 'phase' | 'connection' | 'members'>,
  messages: CoreMessages,
): string {
  if (phase !== 'outgoing' || connection === 'reconnecting') return messages.connecting;
  return members.some((m) => !m.isSelf && m.alerted) ? messages.ringing : messages.calling;
}
