import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { memberOf, othersOf } from './members.ts';
import { safeName } from './names.ts';
import type { Messages } from '../messages/en.ts';

/** Facts about the people in a running call; fetched with its screens. */

/** Below this a microphone hears a room, not a voice. Of 100. */
const SPEAKING_VOLUME = 12;

export const isSpeaking = ({ audioOn, volume }: CallMember): boolean =>
  audioOn && volume > SPEAKING_VOLUME;

/** How it stands with a member, in a word; '' for who is simply there. */
export function statusText(member: CallMember, { statuses }: Pick<Messages, 'statuses'>): string {
  if (member.status !== 'joined') return statuses[member.status];
  return member.reconnecting ? statuses.reconnecting : member.held ? statuses.held : '';
}

/** One sentence for each status change of another member, shown and announced. */
export function memberChangeTexts(
  before: CallSnapshot,
  now: CallSnapshot,
  messages: Messages,
): string[] {
  if (before.phase !== 'connected' || before.callId !== now.callId) return [];
  return othersOf(now).flatMap((member) => {
    const was = memberOf(before, member.userId);
    const line =
      was === member
        ? ''
        : changeText(member, was, { messages, callContinues: now.phase === 'connected' });
    return line ? [line] : [];
  });
}

function changeText(
  member: CallMember,
  was: CallMember | undefined,
  { messages, callContinues }: { readonly messages: Messages; readonly callContinues: boolean },
): string {
  const name = safeName(member.name);
  if (member.status !== was?.status) {
    switch (member.status) {
      case 'joined':
        return messages.joined(name);
      case 'rejected':
        return messages.endings.declined(name);
      case 'busy':
        return messages.endings.busy(name);
      case 'no-response':
        return messages.endings['no-answer'](name);
      case 'ringing':
      case 'cancelled':
        return '';
      case 'left':
      case 'offline':
      case 'removed':
        return was?.status === 'joined' && callContinues ? messages.left(name) : '';
    }
  }
  return member.reconnecting && !was.reconnecting ? messages.peerReconnecting(name) : '';
}
