import { errorShape } from '../../../src/protocol/index.ts';
import type {
  ErrorName,
  ErrorShape,
  MemberStatus,
  SessionId,
  UserId,
} from '../../../src/protocol/index.ts';
import type { Profile } from '../../auth/profile.ts';
import type { Call, Missed } from './call.ts';

/** What a rule answers: a refusal that changes nothing, or what becomes of the calls involved. */
export type Decision = Refused | Decided;

export interface Refused {
  readonly outcome: 'refused';
  readonly error: ErrorShape;
}

export interface Decided {
  readonly outcome: 'decided';
  /** In the order in which they are written and told: what frees a user before what takes them. */
  readonly changes: readonly Change[];
  /** The call the command is answered with. */
  readonly call: Call;
}

export interface Change {
  /** null: made just now. */
  readonly before: Call | null;
  readonly after: Call;
}

/** Who acts: proven by the userSig, never by what the command says. */
export interface Actor extends Profile {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** Groups whose calls the user may join, by the userSig. */
  readonly groups: readonly string[];
}

export function refuse(name: ErrorName, message?: string): Refused {
  return { outcome: 'refused', error: errorShape(name, message) };
}

/** The command came too late or twice: it is answered with what holds. */
export function unchanged(call: Call): Decided {
  return { outcome: 'decided', changes: [], call };
}

export function changed(before: Call, after: Call): Decided {
  return { outcome: 'decided', changes: [{ before, after }], call: after };
}

/** Can anyone see this change? What only the server keeps (grace times) has no version of its own. */
export function isVisible({ before, after }: Change): boolean {
  return before === null || after.version > before.version;
}

/** The invitations that this change ended without an answer. */
export function missedOf({ before, after }: Change): readonly Missed[] {
  return after.members.flatMap((member): Missed[] => {
    if (member.role === 'caller' && member.invitedBy === null) return [];
    // What was never heard was not missed either.
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
  if (status === 'removed') return was === 'ringing' ? 'ended-by-server' : null;
  if (status !== 'cancelled') return null;
  if (call.endReason === 'offline' || call.endReason === 'ended-by-server') return call.endReason;
  return 'cancelled';
}
