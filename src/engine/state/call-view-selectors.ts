import type { CallView, MemberStatus, MemberView, UserId } from '../../protocol/index.ts';
import type { CallInfo, NotConnectedReason } from '../api/observer.ts';
import type { Ending } from '../api/snapshot.ts';

/** Plain questions to a call view, each asked in more than one place. */

export function ownMember(view: CallView): MemberView | undefined {
  return view.members.find((member) => member.userId === view.self.userId);
}

export function ownStatus(view: CallView): MemberStatus {
  return ownMember(view)?.status ?? 'removed';
}

/** This session has the user's seat in a live call. */
export function isJoinedHere(view: CallView): boolean {
  return view.status !== 'ended' && ownStatus(view) === 'joined' && view.self.session === 'this';
}

export function isHeldHere(view: CallView): boolean {
  return isJoinedHere(view) && ownMember(view)?.held === true;
}

/** This session is a party in a live call. */
export function isActiveHere(view: CallView): boolean {
  return isJoinedHere(view) && !isHeldHere(view);
}

export function isRingingHere(view: CallView): boolean {
  return view.status !== 'ended' && ownStatus(view) === 'ringing';
}

/** The user is in this call, on another session. */
export function isActiveElsewhere(view: CallView): boolean {
  return view.status !== 'ended' && ownStatus(view) === 'joined' && view.self.session !== 'this';
}

/** There is nothing left for this session to do in the call. */
export function isOverHere(view: CallView): boolean {
  return !isJoinedHere(view) && !isRingingHere(view);
}

/** The call was connected for this session at some time. */
export function wasConnectedHere(view: CallView): boolean {
  const joinedAt = ownMember(view)?.joinedAt ?? null;
  return view.self.session === 'this' && view.startedAt !== null && joinedAt !== null;
}

export function invitedVersion(view: CallView): number {
  return ownMember(view)?.invitedVersion ?? 0;
}

/** A new invitation that the older view did not have. */
export function isNewInvitation(before: CallView, view: CallView): boolean {
  return isRingingHere(view) && invitedVersion(view) > invitedVersion(before);
}

/** Of what `before` shows nothing is left: it ended unheard of, and there was a newer invitation since. */
export function isSuperseded(before: CallView, view: CallView): boolean {
  const isNewer = invitedVersion(view) > invitedVersion(before);
  return isNewer && !isOverHere(before) && (isRingingHere(view) || wasConnectedHere(before));
}

/** How it ended is not known: this user was not reached. A version of its own, before the newer one. */
export function syntheticEnding(before: CallView, view: CallView): CallView {
  const members = before.members.map((one) =>
    one.userId === before.self.userId ? { ...one, status: 'offline' as const } : one,
  );
  return { ...before, members, version: view.version - 1, serverNow: view.serverNow };
}

/** Why a call that is over never connected here. */
export function notConnectedReason(view: CallView): NotConnectedReason {
  const self = ownMember(view);
  if (self?.joinedAt != null && view.self.session !== 'this') return 'other-device-accepted';
  // A caller who left and is rung by another one is like any who is rung.
  if (self?.role === 'caller' && self.invitedBy === null) {
    return isActiveElsewhere(view) ? 'moved' : (view.endReason ?? 'cancelled');
  }
  switch (self?.status) {
    case 'joined':
      return 'other-device-accepted';
    case 'rejected':
      return view.self.session === 'other' ? 'other-device-rejected' : 'rejected';
    case 'no-response':
      return 'no-response';
    case 'busy':
      return 'line-busy';
    case 'offline':
      return 'offline';
    case 'removed':
    case undefined:
      return 'ended-by-server';
    default:
      return view.endReason === 'offline' || view.endReason === 'ended-by-server'
        ? view.endReason
        : 'cancelled';
  }
}

/** How the own part of a call ended, by the server's times; `begun`: it had been connected here. */
export function endingOf(view: CallView, connected: boolean = wasConnectedHere(view)): Ending {
  return {
    reason: connected ? connectedEndReason(view) : notConnectedReason(view),
    byUserId: endedBy(view),
    totalTimeMs: connected ? totalTimeMs(view) : 0,
    connected,
  };
}

function connectedEndReason(view: CallView): Ending['reason'] {
  const status = ownStatus(view);
  if (status === 'offline') return 'offline';
  if (status === 'removed') return 'ended-by-server';
  if (isActiveElsewhere(view)) return 'moved';
  return view.endReason ?? 'hangup';
}

function endedBy(view: CallView): Ending['byUserId'] {
  const self = ownMember(view);
  if (self?.status === 'rejected') return self.userId;
  if (view.endedBy !== null) return view.endedBy;
  // Left, while the others go on talking: nobody ended the call, this user ended their part.
  return view.status !== 'ended' && self?.status === 'left' ? self.userId : null;
}

function totalTimeMs(view: CallView): number {
  const self = ownMember(view);
  if (self?.joinedAt == null) return 0;
  return Math.max(0, (self.leftAt ?? view.endedAt ?? view.serverNow) - self.joinedAt);
}

/** What every callback about a call is told beside its arguments. */
export function callInfo({
  callId,
  groupId,
  callerId,
  userData,
}: Pick<CallView, CallInfoField>): CallInfo {
  return { callId, groupId, callerId, userData };
}

type CallInfoField = 'callId' | 'groupId' | 'callerId' | 'userData';

export function byUserField(userId: UserId | null): { readonly byUserId?: string } {
  return userId === null ? {} : { byUserId: userId };
}
