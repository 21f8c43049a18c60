import type { CallView, MemberView } from '../protocol/index.ts';
import { note } from './step.ts';
import {
  seatHere,
  hasBegun,
  infoOf,
  invitedVersion,
  isOver,
  ownMember,
  ringsHere,
} from './view-facts.ts';
import type { Before, Told } from './view-notifications.ts';

type PerUserCallback =
  | 'onUserInviting'
  | 'onUserReject'
  | 'onUserNoResponse'
  | 'onUserLineBusy'
  | 'onUserJoin'
  | 'onUserLeave';

/** What happened to the other members since, as far as this user has to do with it. */
export function memberNotifications(before: Before, view: CallView): readonly Told[] {
  return view.members
    .filter((member) => member.userId !== view.self.userId)
    .flatMap((member) => {
      const info = infoOf(view);
      const inviting = { ...info, byUserId: member.invitedBy ?? view.callerId };
      return callbacksFor(before, view, member).map((name) => ({
        order: member.statusVersion,
        notification: note(name, [member.userId], name === 'onUserInviting' ? inviting : info),
      }));
    });
}

function callbacksFor(
  before: Before,
  view: CallView,
  member: MemberView,
): readonly PerUserCallback[] {
  const was = statusBefore(before, view, member);
  if (was === member.status) return [];
  switch (member.status) {
    case 'ringing':
      return was === null && seatHere(view) ? ['onUserInviting'] : [];
    case 'rejected':
      return concerns(view, member) ? ['onUserReject'] : [];
    case 'no-response':
      return concerns(view, member) ? ['onUserNoResponse'] : [];
    case 'busy':
      return concerns(view, member) ? ['onUserLineBusy'] : [];
    case 'joined':
      return inCallAt(before, view, member.statusVersion) ? ['onUserJoin'] : [];
    case 'cancelled':
      return [];
    case 'left':
    case 'offline':
    case 'removed':
      return member.joinedAt === null
        ? unreachable(view, member)
        : joinedAndLeft(before, view, member, was);
  }
}

function unreachable(view: CallView, member: MemberView): readonly PerUserCallback[] {
  return member.status === 'offline' && concerns(view, member) ? ['onUserNoResponse'] : [];
}

function joinedAndLeft(
  before: Before,
  view: CallView,
  member: MemberView,
  was: MemberView['status'] | null,
): readonly PerUserCallback[] {
  const self = ownMember(view);
  const met = (self?.joinedAt ?? Infinity) <= (member.joinedAt ?? 0);
  const join: readonly PerUserCallback[] =
    was !== 'joined' && met && hasBegun(view) ? ['onUserJoin'] : [];
  return leavingIsTold(before, view, member) ? [...join, 'onUserLeave'] : join;
}

/** null: not a member then, or out and invited again since. */
function statusBefore(
  before: Before,
  view: CallView,
  member: MemberView,
): MemberView['status'] | null {
  switch (before.kind) {
    case 'first': {
      // Who is rung is told of the refusals since, also of who was busy at that very moment.
      const since = ringsHere(view) && member.statusVersion >= invitedVersion(view);
      return since ? 'ringing' : member.status;
    }
    case 'draft':
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

/** A refusal concerns the inviter in a 1-1 call, and in a group everyone still in it. */
function concerns(view: CallView, member: MemberView): boolean {
  if (member.invitedBy === view.self.userId) return true;
  if (!view.isGroup) return false;
  // Also of the one with which the call ended: whoever was in it until then is told.
  return !isOver(view) || member.statusVersion <= (ownMember(view)?.statusVersion ?? 0);
}

/** Was this user in the connected call, on this session, at that version? */
function inCallAt(before: Before, view: CallView, version: number): boolean {
  const self = ownMember(view);
  const begunBefore = before.kind === 'view' && hasBegun(before.view);
  if (self === undefined || !(hasBegun(view) || begunBefore)) return false;
  if (isOver(view) && self.statusVersion < version) return false;
  if (begunBefore || self.role === 'caller' || self.status !== 'joined') return true;
  return self.statusVersion < version;
}

/** With the end of the call everyone leaves at once: only who ended it, or had left before, is told. */
function leavingIsTold(before: Before, view: CallView, member: MemberView): boolean {
  if (!inCallAt(before, view, member.statusVersion)) return false;
  // Lost or removed is never the end's doing; that makes everyone who is left `left`.
  if (view.status !== 'ended' || member.status !== 'left') return true;
  return member.userId === view.endedBy || member.statusVersion < endVersion(view);
}

function endVersion(view: CallView): number {
  return Math.max(...view.members.map((member) => member.statusVersion));
}
