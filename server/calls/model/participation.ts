import type { RecentOutcome } from '../../../src/protocol/index.ts';
import type { Call, Member } from './call.ts';

/** What a member's parts in a call came to, over every invitation they heard of. */
export interface ParticipationRecord {
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
export function participationRecord(call: Call, member: Member): ParticipationRecord | null {
  const { previousParticipation, suppressed, status, joinedAt, leftAt } = member;
  if (suppressed || status === 'ringing') return previousParticipation;
  const startedAt = previousParticipation?.startedAt ?? startedAtOf(call, member);
  if (joinedAt === null) {
    if (previousParticipation?.outcome === 'answered') return previousParticipation;
    return { outcome: status === 'rejected' ? 'rejected' : 'missed', startedAt, durationMs: 0 };
  }
  const durationMs = Math.max(0, (leftAt ?? joinedAt) - joinedAt);
  return {
    outcome: 'answered',
    startedAt,
    durationMs: durationMs + (previousParticipation?.durationMs ?? 0),
  };
}

/** Whoever was asked in later has their own beginning. */
function startedAtOf(call: Call, { role, invitedVersion, joinedAt, leftAt }: Member): number {
  if (role === 'caller' || invitedVersion === 1) return call.createdAt;
  return joinedAt ?? leftAt ?? call.createdAt;
}
