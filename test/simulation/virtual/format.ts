import type { Call } from '../../../server/calls/model/call.ts';
import type { CallView } from '../../../src/protocol/index.ts';

/** Formats any message, record or callback in its shortest readable form. */
export function format(what: unknown): string {
  const words = JSON.stringify(what, (key, value: unknown) => {
    if (DULL.has(key)) return undefined;
    return isCall(value) ? callText(value) : value;
  });
  return words
    .replaceAll(/["{}]|-{2,}|session-of-/g, '')
    .replaceAll('random-id-', '#')
    .replaceAll(/#0+/g, '#');
}

function callText(call: Call | CallView): string {
  const { callId, version, status, endReason, mediaType, isGroup } = call;
  const members = call.members.map((one) => {
    const session = 'sessionId' in one ? ` ${one.sessionId ?? ''}` : '';
    const marks = [one.held && 'held', one.away && 'away'].filter(Boolean).join(' ');
    return `${one.userId} ${one.status}${session} ${marks}`.trim();
  });
  const self = 'self' in call ? ` (${call.self.session})` : '';
  const kind = `${mediaType}${isGroup ? ' group' : ''}`;
  return `${callId} v${version} ${kind} ${endReason ?? status}: ${members.join(', ')}${self}`;
}

function isCall(value: unknown): value is Call | CallView {
  return typeof value === 'object' && value !== null && 'members' in value && 'version' in value;
}

const DULL = new Set([
  ...['token', 'avatar', 'nickname', 'userData', 'serverNow', 'roomId', 'roomName', 'url'],
  ...['userSig', 'mediaUrl', 'protocol', 'userSigExpiresInMs', 'serial'],
]);
