import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import { inviterOf } from '../../shared/members.ts';
import { safeName } from '../../shared/names.ts';
import type { CoreMessages } from '../../messages/core.ts';
import { incomingCallText, progressText } from '../../shared/call-texts.ts';

/** The text that a screen reader announces when a call begins; '' if nothing changed. */
export function announcement(
  before: CallSnapshot,
  now: CallSnapshot,
  messages: CoreMessages,
): string {
  switch (now.phase) {
    case 'incoming': {
      if (before.phase === 'incoming') return '';
      const line = incomingCallText(now.members, inviterOf(now)?.userId ?? null, {
        ...now,
        messages,
      });
      return `${callerName(now)}: ${line}`;
    }
    case 'outgoing':
    case 'connecting': {
      const line = progressText(now, messages);
      return before.phase === now.phase && line === progressText(before, messages) ? '' : line;
    }
    case 'connected':
      return before.phase === 'connected' ? '' : messages.connected;
    case 'idle':
    case 'reconnecting':
    case 'ended':
      return '';
  }
}

/** Name of the user whom an incoming call names, or who invited this callee; '' for a caller in the call. */
export function callerName(state: CallSnapshot): string {
  const isRung = state.role === 'callee' || state.phase === 'incoming';
  return isRung ? safeName(inviterOf(state)?.name ?? '') : '';
}
