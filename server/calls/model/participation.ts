import type { RecentOutcome } from '../../../src/protocol/index.ts';
import type { Call, Member } from './call.ts';

/** The outcome of a member's participation in a call, over all invitations that were not suppressed. */
export interface ParticipationRecord {
  readonly outcome: RecentOutcome & ('answered' | 'rejected' | 'missed');
  /** Time of the first invitation, or of the start of the call. */
  readonly startedAt: number;
  /** Total time in the call. */
  readonly durationMs: number;
}

/**
 * null while no invitation has ended. Pending and suppressed invitations do not affect the recorded outcome
 * of earlier ones.
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

/** A member who was invited later has a start time of their own. */
function startedAtOf(call: Call, { role, invitedVersion, joinedAt, leftAt }: Member): number {
  if (role === 'caller' || invitedVersion === 1) return call.createdAt;
  return joinedAt ?? leftAt ?? call.createdAt;
}
