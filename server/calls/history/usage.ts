import type { CallId, MediaType, UserId } from '../../../src/protocol/index.ts';
import { memberOf } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';
import type { Change } from '../model/decision.ts';

/** The time of one member in a call ends, begins, or continues with another media type. */
export interface UsageChange {
  readonly callId: CallId;
  readonly userId: UserId;
  readonly groupId: string;
  /** When the time ends that was running; null: none was. It may lie before its last change of media type. */
  readonly endedAt: number | null;
  readonly begins: { readonly at: number; readonly mediaType: MediaType } | null;
}

/**
 * What a change does to the usage. All times of a member add up to the duration in the record of the call: from
 * joining to leaving, holds included.
 */
export function usageOf({ before, after }: Change, now: number): readonly UsageChange[] {
  const { callId, groupId, mediaType } = after;
  return after.members.flatMap((member): UsageChange[] => {
    const { userId } = member;
    const known = before === null ? null : memberOf(before, userId);
    const from = joinedAt(known);
    const since = joinedAt(member);
    const isSame = from === since;
    if (isSame && (since === null || before?.mediaType === mediaType)) return [];
    const at = isSame ? now : (since ?? 0);
    return [
      {
        callId,
        userId,
        groupId,
        endedAt: from === null || known === null ? null : isSame ? now : leftAt(known, member),
        begins: since === null ? null : { at: Math.max(at, since), mediaType },
      },
    ];
  });
}

/** null: not in the call. The caller is in it once it is active. */
function joinedAt(member: Member | null): number | null {
  return member?.status === 'joined' ? member.joinedAt : null;
}

/** Of a member who joined again in the same change only the total time is known. */
function leftAt(before: Member, after: Member): number {
  const joined = before.joinedAt ?? 0;
  if (after.joinedAt === before.joinedAt) return after.leftAt ?? joined;
  const total = (member: Member) => member.previousParticipation?.durationMs ?? 0;
  return joined + total(after) - total(before);
}

/** The total time of a member in a call that has ended for them, in ms. */
export function durationOf({ joinedAt: from, leftAt: to, previousParticipation }: Member): number {
  const last = from === null ? 0 : Math.max(0, (to ?? from) - from);
  return last + (previousParticipation?.durationMs ?? 0);
}

/** From the first answer to the end; null: nobody answered. */
export function callDurationOf({ startedAt, endedAt }: Call): number | null {
  return startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt);
}
