import type { RecentCall, RecentOutcome, UserId } from '../../../src/protocol/index.ts';
import { isLive, memberOf } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import type { Change } from '../model/decision.ts';
import { participationRecord } from '../model/participation.ts';

/** A line of a user's own list: which call, and where in the list it stands. */
export interface Recent {
  readonly userId: UserId;
  readonly call: Call;
  readonly at: number;
}

/** Names and pictures of more are not worth their weight in a list. */
const MAX_PEERS = 50;

/** The parts that this change has ended: from now on they are in their users' lists. */
export function recentsOf({ before, after }: Change): readonly Recent[] {
  return after.members.flatMap((member) => {
    const known = before === null ? null : memberOf(before, member.userId);
    const isChanged = known?.statusVersion !== member.statusVersion;
    const { userId, suppressed } = member;
    if (!isChanged || suppressed || isLive(member)) return [];
    const record = participationRecord(after, member);
    return record === null ? [] : [{ userId, call: after, at: record.startedAt }];
  });
}

/** The call as its line in the list of one of its members; null: they never heard of a part in it. */
export function recentCall(call: Call, userId: UserId, at: number): RecentCall | null {
  const member = memberOf(call, userId);
  const record = member === null ? null : participationRecord(call, member);
  if (member === null || record === null) return null;
  const { callId, mediaType, groupId, isGroup } = call;
  const others = call.members.filter((one) => one.userId !== userId).slice(0, MAX_PEERS);
  return {
    callId,
    direction: member.role === 'caller' ? 'outgoing' : 'incoming',
    mediaType,
    groupId,
    isGroup,
    outcome: member.role === 'caller' ? outgoingOutcome(call) : record.outcome,
    peers: others.map(({ userId, nickname, avatar }) => ({ userId, nickname, avatar })),
    startedAt: at,
    durationMs: record.durationMs,
  };
}

function outgoingOutcome({ startedAt, endReason }: Call): RecentOutcome {
  if (startedAt !== null) return 'answered';
  if (endReason === 'rejected') return 'rejected';
  if (endReason === 'line-busy') return 'busy';
  return endReason === 'no-response' ? 'no-response' : 'cancelled';
}
