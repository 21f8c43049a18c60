import type { CallCommand, CallId, SessionId, UserId } from '../../../src/protocol/index.ts';
import { join, withJoined } from './answer-call.ts';
import { isEngaged, isLiveFor, memberOf } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';
import { changed, refuse } from '../model/decision.ts';
import type { Actor, Change, Decided, Decision } from '../model/decision.ts';
import { endIfOver } from './ending.ts';
import { invite } from './invite.ts';
import { withInvitations } from './invitation.ts';
import type { InvitationContext } from './invitation.ts';
import { markOffline } from './leave-call.ts';

export interface StartContext extends Omit<InvitationContext, 'isBusy'> {
  readonly callId: CallId;
  readonly roomName: string;
  /** Every live call of the caller and the callees. */
  readonly liveCalls: readonly Call[];
  /** The group's live call, if the caller is proven to belong to the group. */
  readonly groupCall: Call | null;
  /** No signalling and no media of this session reaches the server. */
  readonly isGone: (userId: UserId, sessionId: SessionId) => boolean;
  readonly maxMembers: number;
  /** Call waiting: a user in a call can be rung by another one. */
  readonly callWaiting: boolean;
}

/** `call`: invites the users, or answers the call in which one of them rings the caller (glare). */
export function startCall(command: CallCommand, actor: Actor, context: StartContext): Decision {
  const callees = [...new Set(command.userIds)];
  if (callees.length === 0) return refuse('invalid-parameter', 'userIds is empty');
  if (callees.includes(actor.userId)) return refuse('self-call');
  if (callees.length + 1 > context.maxMembers) return refuse('call-full');

  const memberIn = (call: Call) => memberOf(call, actor.userId);
  const rung = context.liveCalls.find(
    (call) =>
      memberIn(call)?.status === 'ringing' && isGlare(call, memberIn(call), command, callees),
  );
  const own = context.liveCalls.find((call) => isEngaged(memberIn(call), context.callWaiting));
  if (rung !== undefined && (own ?? rung) === rung)
    return answerGlare(rung, command, callees, actor, context);
  if (own === undefined) return startOrJoinGroupCall(command, callees, actor, context);
  const member = memberIn(own);
  if (member?.status === 'ringing')
    return refuse('wrong-state', 'This user is being called by another call: answer it first.');
  if (member?.sessionId && context.isGone(actor.userId, member.sessionId)) {
    return replaceUnreachableCall(own, member, command, callees, actor, context);
  }
  return refuse('wrong-state', 'This user is in another call.');
}

/**
 * Glare: two users who call each other, or who start a call with the same groupId, get one call. A user who
 * calls a caller they have blocked joins that suppressed call whatever its groupId: a second call would reveal
 * that the first one was suppressed.
 */
function isGlare(
  own: Call,
  member: Member | null,
  command: CallCommand,
  callees: readonly UserId[],
): boolean {
  if (member?.suppressed === true) return callees.includes(own.callerId);
  if (command.groupId !== '') return own.groupId === command.groupId;
  return callees.length === 1 && callees[0] === own.callerId;
}

/** The earlier call stays, with its media type; the later command accepts it. */
function answerGlare(
  own: Call,
  command: CallCommand,
  callees: readonly UserId[],
  actor: Actor,
  context: StartContext,
): Decision {
  const newCallees = callees.filter((userId) => memberOf(own, userId) === null);
  return inviteMore(
    own,
    changed(own, withJoined(own, actor, context.now)),
    { ...command, userIds: newCallees },
    actor,
    context,
  );
}

/** A group has one live call: starting another one joins it and invites the users who are not in it. */
function startOrJoinGroupCall(
  command: CallCommand,
  callees: readonly UserId[],
  actor: Actor,
  context: StartContext,
): Decision {
  const { groupCall } = context;
  if (groupCall === null) return createCall(command, callees, actor, context);
  // The caller is in no live call at this point.
  const joined = join(groupCall, actor, { ...context, isBusy: false });
  return inviteMore(groupCall, joined, { ...command, userIds: callees }, actor, context);
}

/** Joins and invites in one change. The join stands even if the invitation is refused. */
function inviteMore(
  before: Call,
  entered: Decision,
  request: Pick<CallCommand, 'userIds' | 'timeout'>,
  actor: Actor,
  context: StartContext,
): Decision {
  if (entered.outcome === 'refused' || request.userIds.length === 0) return entered;
  const isBusy = busyIn(context);
  const all = invite(entered.call, request, actor, { ...context, isBusy });
  return all.outcome === 'refused' ? entered : changed(before, all.call);
}

/** The session of the user in their current call is unreachable, and the user calls again: the old participation ends. */
function replaceUnreachableCall(
  own: Call,
  member: Member,
  command: CallCommand,
  callees: readonly UserId[],
  actor: Actor,
  context: StartContext,
): Decision {
  const over = markOffline(own, actor.userId, member.lastSeenAt ?? context.now);
  const liveCalls = context.liveCalls.map((call) => (call === own ? over : call));
  // It may be the group's call: it has ended, or it continues and the member rejoins.
  const afterwards = over.status === 'ended' ? null : over;
  const groupCall = context.groupCall === own ? afterwards : context.groupCall;
  const next = startOrJoinGroupCall(command, callees, actor, { ...context, liveCalls, groupCall });
  if (next.outcome === 'refused') return next;
  return { ...next, changes: [{ before: own, after: over }, ...next.changes] };
}

function createCall(
  command: CallCommand,
  callees: readonly UserId[],
  actor: Actor,
  context: StartContext,
): Decided {
  const { now } = context;
  const invitation = { by: actor.userId, userIds: callees, timeout: command.timeout };
  const rung = withInvitations(emptyCall(command, callees, actor, context), invitation, {
    ...context,
    isBusy: busyIn(context),
  });
  const after = endIfOver(rung, { kind: 'invitation', by: null, at: now });
  const change: Change = { before: null, after };
  return { outcome: 'decided', changes: [change], call: after };
}

/** With call waiting nobody is busy. */
const busyIn =
  ({ liveCalls, callWaiting }: StartContext) =>
  (userId: UserId) =>
    !callWaiting && liveCalls.some((call) => isLiveFor(memberOf(call, userId)));

function emptyCall(
  command: CallCommand,
  callees: readonly UserId[],
  actor: Actor,
  { callId, roomName, now }: StartContext,
): Call {
  return {
    callId,
    version: 1,
    status: 'ringing',
    mediaType: command.mediaType,
    groupId: command.groupId,
    groupProven: command.groupId !== '' && actor.groups.includes(command.groupId),
    isGroup: callees.length > 1 || command.groupId !== '',
    callerId: actor.userId,
    roomName,
    mediaEpoch: 1,
    userData: command.userData,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    endReason: null,
    endedBy: null,
    members: [callerMember(actor)],
  };
}

function callerMember({ userId, nickname, avatar, sessionId }: Actor): Member {
  return {
    userId,
    nickname,
    avatar,
    role: 'caller',
    status: 'joined',
    statusVersion: 1,
    invitedBy: null,
    invitedVersion: 1,
    alerted: false,
    away: false,
    held: false,
    joinedAt: null,
    leftAt: null,
    sessionId,
    ringUntil: null,
    graceUntil: null,
    lastSeenAt: null,
    leaving: false,
    suppressed: false,
    previousParticipation: null,
  };
}
