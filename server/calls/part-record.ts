import type { RecentOutcome } from '../../src/protocol/index.ts';
import type { Call, Member } from './call.ts';

/** What a member's parts in a call came to, over every invitation they heard of. */
export interface PartRecord {
  readonly outcome: RecentOutcome & ('answered' | 'rejected' | 'missed');
  /** When it rang first. */
  readonly startedAt: number;
  /** In the call, all times together. */
  readonly durationMs: number;
}

/**
 * null: they have heard of no invitation that is over. A ring that is under way, and one that they do not
 * hear, change nothing in what became of those before.
 */
export function recordOf(call: Call, member: Member): PartRecord | null {
  const { earlier, unheard, status, joinedAt, leftAt } = member;
  if (unheard || status === 'ringing') return earlier;
  const startedAt = earlier?.startedAt ?? startOf(call, member);
  if (joinedAt === null) {
    if (earlier?.outcome === 'answered') return earlier;
    return { outcome: status === 'rejected' ? 'rejected' : 'missed', startedAt, durationMs: 0 };
  }
  const stayed = Math.max(0, (leftAt ?? joinedAt) - joinedAt);
  return { outcome: 'answered', startedAt, durationMs: stayed + (earlier?.durationMs ?? 0) };
}

/** Whoever was asked in later has their own beginning. */
function startOf(call: Call, { role, invitedVersion, joinedAt, leftAt }: Member): number {
  if (role === 'caller' || invitedVersion === 1) return call.createdAt;
  return joinedAt ?? leftAt ?? call.createdAt;
}
