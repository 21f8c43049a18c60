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

/** The server's state of one call. Immutable: a rule returns a new value. Times are epoch ms of `Clock.now()`. */
export interface Call {
  readonly callId: CallId;
  /** Incremented once by each visible change. */
  readonly version: number;
  readonly status: CallStatus;
  readonly mediaType: MediaType;
  readonly groupId: string;
  /** The caller is proven to belong to `groupId`: only then can others find the call by its group. */
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
  /** Joined and on hold: not in the media room. */
  readonly held: boolean;
  readonly joinedAt: number | null;
  readonly leftAt: number | null;
  /** The session that holds the seat: it called, answered or rejected. Only it gets media access. */
  readonly sessionId: SessionId | null;
  /** Ring deadline; null when not ringing or without a limit. */
  readonly ringUntil: number | null;
  /** Without signalling and media: when the seat is given up, and when the member was last seen. */
  readonly graceUntil: number | null;
  readonly lastSeenAt: number | null;
  /** Suppressed invitation: the user has blocked the inviter and is not notified. Others see them ringing. */
  readonly suppressed: boolean;
  /** A leave beacon arrived: the end of the grace time counts as a hang-up. */
  readonly leaving: boolean;
  /** The outcome of earlier invitations to this call; null if there was none. */
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

/** The member as far as the user may know; null for a suppressed invitation. */
export function participationOf(call: Call, userId: UserId): Member | null {
  const member = memberOf(call, userId);
  return member?.suppressed === true ? null : member;
}

/** Joined and not on hold. A user talks in one call at most. */
export function isTalking(member: Member | null): member is Member {
  return member?.status === 'joined' && !member.held;
}

/** Whether the user is busy for other calls; with call waiting only while talking. */
export function isEngaged(member: Member | null, callWaiting: boolean): member is Member {
  return callWaiting ? isTalking(member) : isLiveFor(member);
}

/** Live for the user: a suppressed invitation does not count and does not make them busy. */
export function isLiveFor(member: Member | null): member is Member {
  return isLive(member) && !member.suppressed;
}

/** Whether this session holds the seat: talking, on hold or calling. */
export function hasSeat(call: Call, { userId, sessionId }: SessionIdentity): boolean {
  const member = memberOf(call, userId);
  return member?.status === 'joined' && member.sessionId === sessionId;
}

/** Ringing or joined, as the other members see it. */
export function isLive(member: Member | null): member is Member {
  return member !== null && (member.status === 'ringing' || member.status === 'joined');
}

export function liveMembers(call: Call): readonly Member[] {
  return call.members.filter(isLive);
}

/** Removed, or rejected, in an earlier version of the call: what happens in it since does not concern the member. */
export function hasLeftForGood({ status, statusVersion }: Member, { version }: Call): boolean {
  return (status === 'removed' || status === 'rejected') && statusVersion < version;
}

/** The call as a member who has left for good last saw it, as far as its present state reports. */
export function asLastSeenBy({ statusVersion: version, leftAt, userId }: Member, call: Call): Call {
  const then = (one: Member): Member => {
    if (one.userId === userId) return one;
    const known = { ...one, away: false, held: false };
    if (one.statusVersion <= version) return known;
    const hadJoined = one.status !== 'joined' && (one.joinedAt ?? Infinity) < (leftAt ?? 0);
    const wasIn = one.role === 'caller' || hadJoined;
    const before = { ...known, statusVersion: one.invitedVersion, leftAt: null };
    return wasIn
      ? { ...before, status: 'joined' }
      : { ...before, status: 'ringing', joinedAt: null };
  };
  const members = call.members.filter((one) => one.invitedVersion <= version).map(then);
  const hadStarted = members.some((one) => one.role !== 'caller' && one.joinedAt !== null);
  return {
    ...call,
    version,
    members,
    status: hadStarted ? 'active' : 'ringing',
    startedAt: hadStarted ? call.startedAt : null,
    endedAt: null,
    endReason: null,
    endedBy: null,
  };
}

/** The call with one member changed; the other member objects stay the same. */
export function withMember(call: Call, userId: UserId, patch: Partial<Member>): Call {
  return {
    ...call,
    members: call.members.map((one) => (one.userId === userId ? { ...one, ...patch } : one)),
  };
}

/** Every visible change starts with it. */
export function nextVersion(call: Call): Call {
  return { ...call, version: call.version + 1 };
}

/** The earliest deadline of the call; null if it has none. */
export function nextDeadline(call: Call): number | null {
  if (call.status === 'ended') return null;
  const deadlines = call.members.flatMap((one) => memberDeadline(one) ?? []);
  return deadlines.length === 0 ? null : Math.min(...deadlines);
}

export function memberDeadline(member: Member): number | null {
  if (member.status === 'ringing') return member.ringUntil;
  return member.status === 'joined' ? member.graceUntil : null;
}
