import type { CallView, MemberView } from '../../protocol/index.ts';
import { notification } from '../state/transition-result.ts';
import {
  isJoinedHere,
  wasConnectedHere,
  callInfo,
  invitedVersion,
  isOverHere,
  ownMember,
  isRingingHere,
} from '../state/call-view-selectors.ts';
import type { Baseline, OrderedNotification } from './call-notifications.ts';

type PerUserCallback =
  | 'onUserInviting'
  | 'onUserReject'
  | 'onUserNoResponse'
  | 'onUserLineBusy'
  | 'onUserJoin'
  | 'onUserLeave';

/** The notifications about the other members since the baseline, as far as they concern this user. */
export function memberNotifications(
  before: Baseline,
  view: CallView,
): readonly OrderedNotification[] {
  return view.members
    .filter((member) => member.userId !== view.self.userId)
    .flatMap((member) => {
      const info = callInfo(view);
      const inviting = { ...info, byUserId: member.invitedBy ?? view.callerId };
      return callbacksFor(before, view, member).map((name) => ({
        order: member.statusVersion,
        notification: notification(
          name,
          [member.userId],
          name === 'onUserInviting' ? inviting : info,
        ),
      }));
    });
}

function callbacksFor(
  before: Baseline,
  view: CallView,
  member: MemberView,
): readonly PerUserCallback[] {
  const was = statusBefore(before, view, member);
  if (was === member.status) return [];
  switch (member.status) {
    case 'ringing':
      return was === null && isJoinedHere(view) ? ['onUserInviting'] : [];
    case 'rejected':
      return concernsSelf(view, member) ? ['onUserReject'] : [];
    case 'no-response':
      return concernsSelf(view, member) ? ['onUserNoResponse'] : [];
    case 'busy':
      return concernsSelf(view, member) ? ['onUserLineBusy'] : [];
    case 'joined':
      return wasInCallAt(before, view, member.statusVersion) ? ['onUserJoin'] : [];
    case 'cancelled':
      return [];
    case 'left':
    case 'offline':
    case 'removed':
      return member.joinedAt === null
        ? unreachableCallbacks(view, member)
        : joinAndLeaveCallbacks(before, view, member, was);
  }
}

function unreachableCallbacks(view: CallView, member: MemberView): readonly PerUserCallback[] {
  return member.status === 'offline' && concernsSelf(view, member) ? ['onUserNoResponse'] : [];
}

function joinAndLeaveCallbacks(
  before: Baseline,
  view: CallView,
  member: MemberView,
  was: MemberView['status'] | null,
): readonly PerUserCallback[] {
  const self = ownMember(view);
  const overlapped = (self?.joinedAt ?? Infinity) <= (member.joinedAt ?? 0);
  const join: readonly PerUserCallback[] =
    was !== 'joined' && overlapped && wasConnectedHere(view) ? ['onUserJoin'] : [];
  return shouldNotifyLeave(before, view, member) ? [...join, 'onUserLeave'] : join;
}

/** The notified status of a member; null: not a member, or invited again since. */
function statusBefore(
  before: Baseline,
  view: CallView,
  member: MemberView,
): MemberView['status'] | null {
  switch (before.kind) {
    case 'first': {
      // A ringing callee gets the refusals since the invitation, also of members who were busy at once.
      const since = isRingingHere(view) && member.statusVersion >= invitedVersion(view);
      return since ? 'ringing' : member.status;
    }
    case 'dialed':
      return member.role === 'caller' ? 'joined' : 'ringing';
    case 'version':
      if (member.statusVersion <= before.version) return member.status;
      if (member.status === 'ringing') return null;
      return member.joinedAt === null || member.status === 'joined' ? 'ringing' : 'joined';
    case 'view': {
      if (member.statusVersion <= before.view.version) return member.status;
      const known = before.view.members.find(({ userId }) => userId === member.userId);
      if (known === undefined || member.invitedVersion > known.invitedVersion) return null;
      return known.status;
    }
  }
}

/** A refusal concerns the inviter in a 1-to-1 call, and all joined or ringing members in a group call. */
function concernsSelf(view: CallView, member: MemberView): boolean {
  if (member.invitedBy === view.self.userId) return true;
  if (!view.isGroup) return false;
  // The refusal that ended the call concerns all members who were in it until then.
  return !isOverHere(view) || member.statusVersion <= (ownMember(view)?.statusVersion ?? 0);
}

/** Whether this user was in the connected call on this session at that version. */
function wasInCallAt(before: Baseline, view: CallView, version: number): boolean {
  const self = ownMember(view);
  const connectedBefore = before.kind === 'view' && wasConnectedHere(before.view);
  if (self === undefined || !(wasConnectedHere(view) || connectedBefore)) return false;
  if (isOverHere(view) && self.statusVersion < version) return false;
  if (connectedBefore || self.status !== 'joined') return true;
  return self.statusVersion < version;
}

/** The end of a call makes all members `left`: onUserLeave names only the one who ended it or left before. */
function shouldNotifyLeave(before: Baseline, view: CallView, member: MemberView): boolean {
  if (!wasInCallAt(before, view, member.statusVersion)) return false;
  // The end of a call makes members `left`, never `offline` or `removed`.
  if (view.status !== 'ended' || member.status !== 'left') return true;
  return member.userId === view.endedBy || member.statusVersion < endVersion(view);
}

function endVersion(view: CallView): number {
  return Math.max(...view.members.map((member) => member.statusVersion));
}
