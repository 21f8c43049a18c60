import { errorShape } from '../../../src/protocol/index.ts';
import type {
  ErrorName,
  ErrorShape,
  MemberStatus,
  SessionId,
  UserId,
} from '../../../src/protocol/index.ts';
import type { Profile } from '../../auth/profile.ts';
import type { Call, Member, Missed } from './call.ts';

/** The result of a rule: a refusal without effect, or the changed calls. */
export type Decision = Refused | Decided;

export interface Refused {
  readonly outcome: 'refused';
  readonly error: ErrorShape;
}

export interface Decided {
  readonly outcome: 'decided';
  /** In the order of writing and publishing: a change that frees a user comes before one that engages them. */
  readonly changes: readonly Change[];
  /** The call returned to the client. */
  readonly call: Call;
}

export interface Change {
  /** null for a new call. */
  readonly before: Call | null;
  readonly after: Call;
}

/** A user on whose behalf a call is started. */
export interface Caller extends Profile {
  readonly userId: UserId;
  /** Groups the user is proven to belong to. */
  readonly groups: readonly string[];
}

/** The authenticated user and session of a command. */
export interface Actor extends Caller {
  readonly sessionId: SessionId;
}

export function refuse(name: ErrorName, message?: string): Refused {
  return { outcome: 'refused', error: errorShape(name, message) };
}

/** The command was late or repeated: it succeeds with the current call. */
export function unchanged(call: Call): Decided {
  return { outcome: 'decided', changes: [], call };
}

export function changed(before: Call, after: Call): Decided {
  return { outcome: 'decided', changes: [{ before, after }], call: after };
}

/** Whether clients can see this change. Server-only fields such as grace times do not raise the version. */
export function isVisible({ before, after }: Change): boolean {
  return before === null || after.version > before.version;
}

/** The users whose devices begin or cease to ring with this change. Suppressed invitations do not ring. */
export function ringChangesOf({ before, after }: Change): readonly UserId[] {
  return after.members
    .filter((member) => ringOf(member) !== ringOf(before?.members.find(isSameUser(member))))
    .map(({ userId }) => userId);
}

const isSameUser = (member: Member) => (one: Member) => one.userId === member.userId;

/** Identifies the ring; null: the member does not ring. */
function ringOf(member: Member | undefined): number | null {
  if (member?.status !== 'ringing' || member.suppressed) return null;
  return member.invitedVersion;
}

/** The invitations that this change ended unanswered. */
export function missedOf({ before, after }: Change): readonly Missed[] {
  return after.members.flatMap((member): Missed[] => {
    if (member.role === 'caller' && member.invitedBy === null) return [];
    // A suppressed invitation is not a missed call.
    if (member.suppressed) return [];
    const was = before?.members.find((one) => one.userId === member.userId);
    if (member.statusVersion === was?.statusVersion) return [];
    const reason = missedReason(member.status, after, was?.status);
    const at = member.leftAt ?? after.endedAt ?? after.createdAt;
    return reason === null ? [] : [{ userId: member.userId, call: after, reason, at }];
  });
}

function missedReason(
  status: MemberStatus,
  call: Call,
  was: MemberStatus | undefined,
): Missed['reason'] | null {
  if (status === 'no-response') return 'no-response';
  if (status === 'busy') return 'line-busy';
  if (status === 'removed') return was === 'ringing' ? 'removed' : null;
  if (status !== 'cancelled') return null;
  if (call.endReason === 'offline' || call.endReason === 'ended-by-server') return call.endReason;
  return 'cancelled';
}
