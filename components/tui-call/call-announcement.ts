import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import { endingKey } from '../ending.ts';
import { peersOf } from '../members.ts';
import { safeName } from '../names.ts';
import { allWords } from '../stage-controller.ts';
import { peopleLines } from '../stage-members.ts';
import type { FirstWords } from '../strings/en-first.ts';
import type { Words } from '../strings/en.ts';
import { waitingLine } from '../waiting-line.ts';
import { callerName } from './announcement.ts';

/** What a screen reader is told while a call goes on and when it ends. */
export function callAnnouncement(
  before: CallSnapshot,
  now: CallSnapshot,
  first: FirstWords,
): string {
  const words = allWords(first);
  const lines = [
    phaseLine(before, now, words),
    ...deviceLines(before, now, words),
    ...peopleLines(before, now, words),
    asideLine(before, now, words),
  ];
  return lines.filter(Boolean).join(' ');
}

function phaseLine(before: CallSnapshot, now: CallSnapshot, words: Words): string {
  if (before.phase === now.phase) return '';
  if (now.phase === 'reconnecting') return words.ownReconnecting;
  if (now.phase !== 'ended' || !now.ending) return '';
  const name = callerName(now) || safeName(peersOf(now)[0]?.name ?? '');
  return `${words.ended}. ${words.endings[endingKey(now.ending, now)](name)}`;
}

/** A second caller, and a call that is on another device. */
function asideLine(before: CallSnapshot, now: CallSnapshot, words: Words): string {
  const { waiting, elsewhere } = now;
  if (waiting && waiting.callId !== before.waiting?.callId)
    return `${safeName(waiting.name)}: ${waitingLine(waiting, words)}`;
  return elsewhere && !before.elsewhere ? words.elsewhere : '';
}

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
