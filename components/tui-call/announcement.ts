import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import { memberOf } from '../members.ts';
import { safeName } from '../names.ts';
import type { FirstWords } from '../strings/en-first.ts';
import { incomingLine } from '../tui-call-incoming/tui-call-incoming.ts';
import { progressLine } from '../tui-call-outgoing/tui-call-outgoing.ts';

/** What a screen reader is told when a call begins; '' when that is nothing. */
export function announcement(before: CallSnapshot, now: CallSnapshot, words: FirstWords): string {
  switch (now.phase) {
    case 'incoming': {
      if (before.phase === 'incoming') return '';
      const line = incomingLine(now.members, now.inviterId ?? now.callerId, { ...now, words });
      return `${callerName(now)}: ${line}`;
    }
    case 'outgoing':
    case 'connecting': {
      const line = progressLine(now, words);
      return before.phase === now.phase && line === progressLine(before, words) ? '' : line;
    }
    case 'connected':
      return before.phase === 'connected' ? '' : words.connected;
    case 'idle':
    case 'reconnecting':
    case 'ended':
      return '';
  }
}

/** Who rings, or rang. */
export function callerName(state: CallSnapshot): string {
  const caller = memberOf(state, state.inviterId ?? state.callerId);
  return state.role === 'callee' ? safeName(caller?.name ?? '') : '';
}
