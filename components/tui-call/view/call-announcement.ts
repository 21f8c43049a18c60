import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import { endingKey } from '../../shared/ending.ts';
import { peersOf } from '../../shared/members.ts';
import { safeName } from '../../shared/names.ts';
import { callMessagesOf } from '../../shared/lazy-messages-controller.ts';
import { memberChangeTexts } from '../../shared/member-status.ts';
import type { CoreMessages } from '../../messages/core.ts';
import type { CallMessages } from '../../messages/call.ts';
import { waitingCallText } from '../../shared/waiting-call-text.ts';
import { callerName } from './announcement.ts';

/** The text that a screen reader announces during a call and at its end; '' if nothing changed. */
export function callAnnouncement(
  before: CallSnapshot,
  now: CallSnapshot,
  core: CoreMessages,
): string {
  const messages = callMessagesOf(core);
  const texts = [
    phaseText(before, now, messages),
    ...deviceTexts(before, now, messages),
    ...memberChangeTexts(before, now, messages),
    otherCallText(before, now, messages),
  ];
  return texts.filter(Boolean).join(' ');
}

function phaseText(before: CallSnapshot, now: CallSnapshot, messages: CallMessages): string {
  if (before.phase === now.phase) return '';
  if (now.phase === 'reconnecting') return messages.ownReconnecting;
  if (now.phase !== 'ended' || !now.ending) return '';
  const name = callerName(now) || safeName(peersOf(now)[0]?.name ?? '');
  return `${messages.ended}. ${messages.endings[endingKey(now.ending, now)](name)}`;
}

/** The text for a new waiting call or a new call on another device. */
function otherCallText(before: CallSnapshot, now: CallSnapshot, messages: CallMessages): string {
  const { waiting, elsewhere } = now;
  if (waiting && waiting.callId !== before.waiting?.callId)
    return `${safeName(waiting.name)}: ${waitingCallText(waiting, messages)}`;
  return elsewhere && !before.elsewhere ? messages.elsewhere : '';
}

/** The texts for the user's own microphone, camera and screen. Changes before phase `connected` are silent. */
function deviceTexts(before: CallSnapshot, now: CallSnapshot, messages: CallMessages): string[] {
  if (before.phase !== 'connected' || now.phase !== 'connected') return [];
  const changed = (device: 'microphone' | 'camera' | 'screen', on: string, off: string): string =>
    before[device].on === now[device].on ? '' : now[device].on ? on : off;
  return [
    changed('microphone', messages.unmuted, messages.muted),
    changed('camera', messages.cameraIsOn, messages.cameraIsOff),
    changed('screen', messages.sharing, messages.sharingStopped),
  ];
}
