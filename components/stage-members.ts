import type { CallMember, CallSnapshot } from '../src/engine/snapshot.ts';
import { memberOf, othersOf } from './members.ts';
import { safeName } from './names.ts';
import type { Words } from './strings/en.ts';

/** Facts about the people in a running call; fetched with its screens. */

/** Below this a microphone hears a room, not a voice. Of 100. */
const SPEAKING_VOLUME = 12;

export const isSpeaking = ({ audioOn, volume }: CallMember): boolean =>
  audioOn && volume > SPEAKING_VOLUME;

/** How it stands with a member, in a word; '' for who is simply there. */
export function standingLine(member: CallMember, { standing }: Pick<Words, 'standing'>): string {
  if (member.status !== 'joined') return standing[member.status];
  return member.reconnecting ? standing.reconnecting : member.held ? standing.held : '';
}

/** What became of the others since then, one sentence for each change: told and shown. */
export function peopleLines(before: CallSnapshot, now: CallSnapshot, words: Words): string[] {
  if (before.phase !== 'connected' || before.callId !== now.callId) return [];
  return othersOf(now).flatMap((member) => {
    const was = memberOf(before, member.userId);
    const line =
      was === member ? '' : newsOf(member, was, { words, goesOn: now.phase === 'connected' });
    return line ? [line] : [];
  });
}

function newsOf(
  member: CallMember,
  was: CallMember | undefined,
  { words, goesOn }: { readonly words: Words; readonly goesOn: boolean },
): string {
  const name = safeName(member.name);
  if (member.status !== was?.status) {
    switch (member.status) {
      case 'joined':
        return words.joined(name);
      case 'rejected':
        return words.endings.declined(name);
      case 'busy':
        return words.endings.busy(name);
      case 'no-response':
        return words.endings['no-answer'](name);
      case 'ringing':
      case 'cancelled':
        return '';
      case 'left':
      case 'offline':
      case 'removed':
        return was?.status === 'joined' && goesOn ? words.left(name) : '';
    }
  }
  return member.reconnecting && !was.reconnecting ? words.peerReconnecting(name) : '';
}
