import type { CallSnapshot, Ending } from '../../src/engine/api/snapshot.ts';
import type { Role } from '../../src/protocol/index.ts';
import type { EndingKey } from '../messages/en.ts';
import { isPresent } from './members.ts';

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

/** Whom the button of the last screen rings: the callees that nobody joined, or the caller of a missed call. */
interface Redial {
  readonly label: 'callAgain' | 'returnCall';
  readonly userIds: readonly string[];
}

/**
 * The redial of an ended call; null without one. A callee who has declined, answered elsewhere or was removed knows of
 * the call. A group call that continues cannot be made again.
 */
export function redialOf({ role, ending, members, isGroup }: CallSnapshot): Redial | null {
  if (!ending || ending.connected || role === null) return null;
  const others = members.filter(({ isSelf }) => !isSelf);
  const userIds = others.map(({ userId }) => userId);
  if (!userIds.length || !REDIALLED[role].includes(ending.reason)) return null;
  if (role === 'caller') return { label: 'callAgain', userIds };
  return isGroup && others.some(isPresent) ? null : { label: 'returnCall', userIds };
}

const REDIALLED: Readonly<Record<Role, readonly Ending['reason'][]>> = {
  caller: ['rejected', 'line-busy', 'no-response'],
  callee: ['cancelled', 'line-busy', 'no-response', 'offline'],
};

/** 754000 → `12:34`; with hours from the first hour on. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}
