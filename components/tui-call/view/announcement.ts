import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import { memberOf } from '../../shared/members.ts';
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
      const line = incomingCallText(now.members, now.inviterId ?? now.callerId, {
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

/** Name of the user who invited this callee; '' for a caller. */
export function callerName(state: CallSnapshot): string {
  const caller = memberOf(state, state.inviterId ?? state.callerId);
  return state.role === 'callee' ? safeName(caller?.name ?? '') : '';
}
