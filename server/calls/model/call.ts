import type {
  CallId,
  CallStatus,
  EndReason,
  MediaType,
  MemberStatus,
  MissedCall,
  Role,
  SessionId,
  SessionIdentity,
  UserId,
} from '../../../src/protocol/index.ts';
import type { ParticipationRecord } from './participation.ts';

/** One call as the server keeps it. Immutable: a rule makes a new one. Times are epoch ms of the Clock. */
export interface Call {
  readonly callId: CallId;
  /** Raised once by each decision that anyone can see. */
  readonly version: number;
  readonly status: CallStatus;
  readonly mediaType: MediaType;
  readonly groupId: string;
  /** Whoever began it is proven to belong to `groupId`: only then do others find it by the group. */
  readonly groupProven: boolean;
  readonly isGroup: boolean;
  readonly callerId: UserId;
  readonly roomName: string;
  readonly mediaEpoch: number;
  readonly userData: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  readonly endedBy: UserId | null;
  /** The caller first, then in the order of their first invitation. */
  readonly members: readonly Member[];
}

export interface Member {
  readonly userId: UserId;
  readonly nickname: string;
  readonly avatar: string;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly statusVersion: number;
  readonly invitedBy: UserId | null;
  readonly invitedVersion: number;
  readonly alerted: boolean;
  readonly away: boolean;
  /** Joined, but out of its media: they talk in another call. */
  readonly held: boolean;
  readonly joinedAt: number | null;
  readonly leftAt: number | null;
  /** The one session that called, answered or rejected: only it gets media. */
  readonly sessionId: SessionId | null;
  /** When the ring ends by itself; null: not ringing, or no limit. */
  readonly ringUntil: number | null;
  /** Gone on both ways: when the seat is given up, and when they were last seen. */
  readonly graceUntil: number | null;
  readonly lastSeenAt: number | null;
  /** Invited by someone this user has blocked: rings for everyone else, and reaches nobody. */
  readonly suppressed: boolean;
  /** The page said good-bye: the end of the grace time counts as hanging up. */
  readonly leaving: boolean;
  /** What came of their parts before this one: each invitation begins anew. null: there was none. */
  readonly previousParticipation: ParticipationRecord | null;
}

/** An invitation that ended without an answer of the invited user. */
export interface Missed {
  readonly userId: UserId;
  readonly call: Call;
  readonly reason: MissedCall['reason'];
  readonly at: number;
}

export function memberOf(call: Call, userId: UserId): Member | null {
  return call.members.find((member) => member.userId === userId) ?? null;
}

/** The part of which the user themselves is told: none where they are rung unheard. */
export function participationOf(call: Call, userId: UserId): Member | null {
  const member = memberOf(call, userId);
  return member?.suppressed === true ? null : member;
}

/** Joined and not on hold: in one call at a time only, whatever else rings. */
export function isTalking(member: Member | null): member is Member {
  return member?.status === 'joined' && !member.held;
}

/** What keeps every other call away from the user: with call waiting, only talking does. */
export function isEngaged(member: Member | null, callWaiting: boolean): member is Member {
  return callWaiting ? isTalking(member) : isLiveFor(member);
}

/** Live to the user themselves: a ring they do not hear is no call of theirs, and keeps no other away. */
export function isLiveFor(member: Member | null): member is Member {
  return isLive(member) && !member.suppressed;
}

/** In this call on this very session: talking, on hold, or calling. */
export function hasSeat(call: Call, { userId, sessionId }: SessionIdentity): boolean {
  const member = memberOf(call, userId);
  return member?.status === 'joined' && member.sessionId === sessionId;
}

/** Ringing or joined, talking or not: so the call and the others in it see them. */
export function isLive(member: Member | null): member is Member {
  return member !== null && (member.status === 'ringing' || member.status === 'joined');
}

export function liveMembers(call: Call): readonly Member[] {
  return call.members.filter(isLive);
}

/** The call with one member changed; the other members keep their identity. */
export function withMember(call: Call, userId: UserId, patch: Partial<Member>): Call {
  return {
    ...call,
    members: call.members.map((one) => (one.userId === userId ? { ...one, ...patch } : one)),
  };
}

/** The start of every visible change. */
export function nextVersion(call: Call): Call {
  return { ...call, version: call.version + 1 };
}

/** When time alone changes this call next; null: never. */
export function nextDeadline(call: Call): number | null {
  if (call.status === 'ended') return null;
  const deadlines = call.members.flatMap((one) => memberDeadline(one) ?? []);
  return deadlines.length === 0 ? null : Math.min(...deadlines);
}

export function memberDeadline(member: Member): number | null {
  if (member.status === 'ringing') return member.ringUntil;
  return member.status === 'joined' ? member.graceUntil : null;
}
