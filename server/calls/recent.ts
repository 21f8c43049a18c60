import type { RecentCall, RecentOutcome, UserId } from '../../src/protocol/index.ts';
import { isLive, memberOf } from './call.ts';
import type { Call, Member } from './call.ts';
import type { Change } from './decision.ts';

/** A line of a user's own list: which call, and where in the list it stands. */
export interface Recent {
  readonly userId: UserId;
  readonly call: Call;
  readonly at: number;
}

/** Names and pictures of more are not worth their weight in a list. */
const MOST_PEERS = 50;

/** The parts that this change has ended: from now on they are in their users' lists. */
export function recentsOf({ before, after }: Change): readonly Recent[] {
  return after.members.flatMap((member) => {
    const known = before === null ? null : memberOf(before, member.userId);
    const isNews = known?.statusVersion !== member.statusVersion;
    const { userId, unheard } = member;
    if (!isNews || unheard || isLive(member)) return [];
    return [{ userId, call: after, at: startOf(after, member) }];
  });
}

/** The call as its line in the list of one of its members; null: they never had a part in it. */
export function recentCall(call: Call, userId: UserId, at: number): RecentCall | null {
  const member = memberOf(call, userId);
  if (member === null || member.unheard) return null;
  const { callId, mediaType, groupId, isGroup } = call;
  const others = call.members.filter((one) => one.userId !== userId).slice(0, MOST_PEERS);
  return {
    callId,
    direction: member.role === 'caller' ? 'outgoing' : 'incoming',
    mediaType,
    groupId,
    isGroup,
    outcome: member.role === 'caller' ? outgoing(call) : incoming(member),
    peers: others.map(({ userId, nickname, avatar }) => ({ userId, nickname, avatar })),
    startedAt: at,
    durationMs: durationOf(call, member),
  };
}

/** Whoever was asked in later has their own beginning. */
function startOf(call: Call, { role, invitedVersion, joinedAt, leftAt }: Member): number {
  if (role === 'caller' || invitedVersion === 1) return call.createdAt;
  return joinedAt ?? leftAt ?? call.createdAt;
}

function durationOf(call: Call, { joinedAt, leftAt }: Member): number {
  if (joinedAt === null) return 0;
  return Math.max(0, (leftAt ?? call.endedAt ?? joinedAt) - joinedAt);
}

function incoming({ joinedAt, status }: Member): RecentOutcome {
  if (joinedAt !== null) return 'answered';
  return status === 'rejected' ? 'rejected' : 'missed';
}

function outgoing({ startedAt, endReason }: Call): RecentOutcome {
  if (startedAt !== null) return 'answered';
  if (endReason === 'rejected') return 'rejected';
  if (endReason === 'line-busy') return 'busy';
  return endReason === 'no-response' ? 'no-response' : 'cancelled';
}
