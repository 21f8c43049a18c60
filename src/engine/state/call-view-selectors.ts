import type { CallView, MemberStatus, MemberView, UserId } from '../../protocol/index.ts';
import type { CallInfo, NotConnectedReason } from '../api/observer.ts';
import type { Ending } from '../api/snapshot.ts';

/** Selectors: facts derived from a call view. */

export function ownMember(view: CallView): MemberView | undefined {
  return view.members.find((member) => member.userId === view.self.userId);
}

function ownStatus(view: CallView): MemberStatus {
  return ownMember(view)?.status ?? 'removed';
}

/** This session holds the user's seat in a live call. */
export function isJoinedHere(view: CallView): boolean {
  return view.status !== 'ended' && ownStatus(view) === 'joined' && view.self.session === 'this';
}

export function isHeldHere(view: CallView): boolean {
  return isJoinedHere(view) && ownMember(view)?.held === true;
}

/** This session holds the seat in a live call and the call is not on hold. */
export function isActiveHere(view: CallView): boolean {
  return isJoinedHere(view) && !isHeldHere(view);
}

export function isRingingHere(view: CallView): boolean {
  return view.status !== 'ended' && ownStatus(view) === 'ringing';
}

/** The user is in this call on another session. */
export function isActiveElsewhere(view: CallView): boolean {
  return view.status !== 'ended' && ownStatus(view) === 'joined' && view.self.session !== 'this';
}

/** The call is over for this session. */
export function isOverHere(view: CallView): boolean {
  return !isJoinedHere(view) && !isRingingHere(view);
}

/** The call is or was connected for this session. */
export function wasConnectedHere(view: CallView): boolean {
  const joinedAt = ownMember(view)?.joinedAt ?? null;
  return view.self.session === 'this' && view.startedAt !== null && joinedAt !== null;
}

export function invitedVersion(view: CallView): number {
  return ownMember(view)?.invitedVersion ?? 0;
}

/** The view has a newer invitation of this user than `before`, and it is pending. */
export function isNewInvitation(before: CallView, view: CallView): boolean {
  return isRingingHere(view) && invitedVersion(view) > invitedVersion(before);
}

/** The ring or participation in `before` ended without a view of its end, and a newer invitation followed. */
export function isSuperseded(before: CallView, view: CallView): boolean {
  const isNewer = invitedVersion(view) > invitedVersion(before);
  return isNewer && !isOverHere(before) && (isRingingHere(view) || wasConnectedHere(before));
}

/** A made-up view of that end. Its cause is unknown, so the reason is `offline`; its version is just below `view`. */
export function syntheticEnding(before: CallView, view: CallView): CallView {
  const members = before.members.map((one) =>
    one.userId === before.self.userId ? { ...one, status: 'offline' as const } : one,
  );
  return { ...before, members, version: view.version - 1, serverNow: view.serverNow };
}

/** Why a call that is over did not connect on this session. */
export function notConnectedReason(view: CallView): NotConnectedReason {
  const self = ownMember(view);
  if (self?.joinedAt != null && view.self.session !== 'this') return 'other-device-accepted';
  if (self?.status === 'removed') return 'removed';
  // A caller who left and was invited again counts as a callee.
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
    case undefined:
      return 'ended-by-server';
    default:
      return view.endReason === 'offline' || view.endReason === 'ended-by-server'
        ? view.endReason
        : 'cancelled';
  }
}

/** How this user's participation ended, by the server's times. `connected`: the call had connected here. */
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
  if (status === 'removed') return 'removed';
  if (isActiveElsewhere(view)) return 'moved';
  return view.endReason ?? 'hangup';
}

function endedBy(view: CallView): Ending['byUserId'] {
  const self = ownMember(view);
  if (self?.status === 'rejected') return self.userId;
  if (view.endedBy !== null) return view.endedBy;
  // This user left and the call continues.
  return view.status !== 'ended' && self?.status === 'left' ? self.userId : null;
}

function totalTimeMs(view: CallView): number {
  const self = ownMember(view);
  if (self?.joinedAt == null) return 0;
  return Math.max(0, (self.leftAt ?? view.endedAt ?? view.serverNow) - self.joinedAt);
}

/** The `info` argument of the callbacks about a call. */
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
