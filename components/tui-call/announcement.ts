import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import { endingKey } from '../ending.ts';
import { memberOf, othersOf, peersOf } from '../members.ts';
import { safeName } from '../names.ts';
import type { Words } from '../strings/en.ts';
import { incomingLine } from '../tui-call-incoming/tui-call-incoming.ts';
import { progressLine } from '../tui-call-outgoing/tui-call-outgoing.ts';

/** What a screen reader is told when one state follows another; '' when that is nothing. */
export function announcement(before: CallSnapshot, now: CallSnapshot, words: Words): string {
  const lines = [
    phaseLine(before, now, words),
    ...deviceLines(before, now, words),
    ...peopleLines(before, now, words),
  ];
  return lines.filter(Boolean).join(' ');
}

function phaseLine(before: CallSnapshot, now: CallSnapshot, words: Words): string {
  switch (now.phase) {
    case 'idle':
      return '';
    case 'incoming':
      return before.phase === 'incoming'
        ? ''
        : `${callerName(now)}: ${incomingLine(now.members, now.inviterId ?? now.callerId, { ...now, words })}`;
    case 'outgoing':
    case 'connecting': {
      const line = progressLine(now, words);
      return before.phase === now.phase && line === progressLine(before, words) ? '' : line;
    }
    case 'connected':
      return before.phase === 'connected' ? '' : words.connected;
    case 'reconnecting':
      return before.phase === 'reconnecting' ? '' : words.ownReconnecting;
    case 'ended':
      if (before.phase === 'ended' || !now.ending) return '';
      return `${words.ended}. ${words.endings[endingKey(now.ending, now)](callerName(now) || safeName(peersOf(now)[0]?.name ?? ''))}`;
  }
}

const callerName = (state: CallSnapshot): string =>
  state.role === 'callee'
    ? safeName(memberOf(state, state.inviterId ?? state.callerId)?.name ?? '')
    : '';

/** Own microphone, camera and screen, once the call is on: what opens with the call needs no words. */
function deviceLines(before: CallSnapshot, now: CallSnapshot, words: Words): string[] {
  if (before.phase !== 'connected' || now.phase !== 'connected') return [];
  const changed = (device: 'microphone' | 'camera' | 'screen', on: string, off: string): string =>
    before[device].on === now[device].on ? '' : now[device].on ? on : off;
  return [
    changed('microphone', words.unmuted, words.muted),
    changed('camera', words.cameraIsOn, words.cameraIsOff),
    changed('screen', words.sharing, words.sharingStopped),
  ];
}

function peopleLines(before: CallSnapshot, now: CallSnapshot, words: Words): string[] {
  if (before.phase !== 'connected' || before.callId !== now.callId) return [];
  return othersOf(now).flatMap((member) => {
    const was = memberOf(before, member.userId);
    const name = safeName(member.name);
    const here = member.status === 'joined';
    if (here && was?.status !== 'joined') return [words.joined(name)];
    if (!here && was?.status === 'joined' && now.phase === 'connected') return [words.left(name)];
    return here && member.reconnecting && !was?.reconnecting ? [words.peerReconnecting(name)] : [];
  });
}
