import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { memberOf, othersOf } from './members.ts';
import { safeName } from './names.ts';
import type { CallMessages } from '../messages/call.ts';

/** Texts about the members of a running call; loaded with its screens. */

/** Volume from 0 to 100 below which a microphone picks up noise and not a voice. */
const SPEAKING_VOLUME = 12;

export const isSpeaking = ({ audioOn, volume }: CallMember): boolean =>
  audioOn && volume > SPEAKING_VOLUME;

/** Short status text of a member; '' for a joined member without a problem. */
export function statusText(
  member: CallMember,
  { statuses }: Pick<CallMessages, 'statuses'>,
): string {
  if (member.status !== 'joined') return statuses[member.status];
  return member.reconnecting ? statuses.reconnecting : member.held ? statuses.held : '';
}

/** One sentence per status change of another member, shown and announced. */
export function memberChangeTexts(
  before: CallSnapshot,
  now: CallSnapshot,
  messages: CallMessages,
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
  { messages, callContinues }: { readonly messages: CallMessages; readonly callContinues: boolean },
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
