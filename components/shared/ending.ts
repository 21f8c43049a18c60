import type { CallSnapshot, Ending } from '../../src/engine/api/snapshot.ts';
import type { EndingKey } from '../messages/en.ts';

/** Selects the message that describes how a call ended for this user. */
export function endingKey(ending: Ending, { role, userId }: CallSnapshot): EndingKey {
  const { reason, connected, byUserId } = ending;
  if (reason === 'other-device-accepted' || reason === 'moved') return 'accepted-elsewhere';
  if (reason === 'other-device-rejected') return 'declined-elsewhere';
  if (reason === 'ended-by-server') return 'by-server';
  if (reason === 'removed') return reason;
  if (connected)
    return reason === 'offline' ? 'lost' : byUserId && byUserId !== userId ? 'hung-up' : 'over';
  if (role === 'callee') return reason === 'rejected' && byUserId === userId ? 'over' : 'missed';
  if (reason === 'rejected') return 'declined';
  if (reason === 'line-busy') return 'busy';
  if (reason === 'cancelled' || byUserId === userId) return 'cancelled';
  return 'no-answer';
}

/** The callees of an outgoing call that nobody joined, for the Call again button. */
export function redialUserIds({ role, ending, members }: CallSnapshot): readonly string[] {
  const missed = ending?.reason;
  const again = missed === 'rejected' || missed === 'line-busy' || missed === 'no-response';
  if (role !== 'caller' || !again || ending?.connected) return [];
  return members.filter(({ isSelf }) => !isSelf).map(({ userId }) => userId);
}

/** 754000 → `12:34`; with hours from the first hour on. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}
