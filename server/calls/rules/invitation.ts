import type { UserId } from '../../../src/protocol/index.ts';
import type { Profile } from '../../auth/profile.ts';
import type { Call, Member } from '../model/call.ts';
import { participationRecord } from '../model/participation.ts';

/** What a rule needs to know for an invitation. */
export interface InvitationContext {
  readonly now: number;
  readonly isBusy: (userId: UserId) => boolean;
  /** Whether this user has blocked the inviter. */
  readonly hasBlocked: (userId: UserId) => boolean;
  readonly profileOf: (userId: UserId) => Profile;
}

export interface Invitation {
  readonly by: UserId;
  readonly userIds: readonly UserId[];
  /** Seconds; 0 rings without a limit. */
  readonly timeout: number;
}

/**
 * Invites the users in the current version of the call; busy ones become `busy` without a ring. A user who has
 * blocked the inviter gets a suppressed invitation: they appear offline, and so are never busy.
 */
export function withInvitations(
  call: Call,
  invitation: Invitation,
  context: InvitationContext,
): Call {
  const invitees = new Set(invitation.userIds);
  const existing = call.members.map((one) =>
    invitees.delete(one.userId) ? reinvitedMember(one, call, invitation, context) : one,
  );
  const added = [...invitees].map((userId) => newMember(userId, call, invitation, context));
  return { ...call, members: [...existing, ...added] };
}

function reinvitedMember(
  one: Member,
  call: Call,
  invitation: Invitation,
  context: InvitationContext,
) {
  return {
    ...one,
    ...invitationFields(one.userId, call, invitation, context),
    previousParticipation: participationRecord(call, one),
  };
}

function newMember(
  userId: UserId,
  call: Call,
  invitation: Invitation,
  context: InvitationContext,
): Member {
  return {
    userId,
    ...context.profileOf(userId),
    role: 'callee',
    lastSeenAt: null,
    previousParticipation: null,
    ...invitationFields(userId, call, invitation, context),
  };
}

function invitationFields(
  userId: UserId,
  call: Call,
  { by, timeout }: Invitation,
  { now, isBusy, hasBlocked }: InvitationContext,
) {
  const suppressed = hasBlocked(userId);
  const busy = !suppressed && isBusy(userId);
  return {
    status: busy ? ('busy' as const) : ('ringing' as const),
    statusVersion: call.version,
    invitedBy: by,
    invitedVersion: call.version,
    alerted: false,
    away: false,
    held: false,
    suppressed,
    leaving: false,
    joinedAt: null,
    leftAt: busy ? now : null,
    sessionId: null,
    ringUntil: busy || timeout === 0 ? null : now + timeout * 1000,
    graceUntil: null,
  };
}
