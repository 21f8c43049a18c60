import type { CallView, MemberView, UserId } from '../protocol/index.ts';
import { endingNotifications } from './ending-notifications.ts';
import { memberNotifications } from './member-notifications.ts';
import type { Notification } from './observer.ts';
import { note } from './step.ts';
import {
  endingOf,
  hasBegun,
  infoOf,
  isOver,
  notConnectedReason,
  ownMember,
  ringsHere,
} from './view-facts.ts';

/**
 * What this session knew before a view came. Observer callbacks are the difference: a lost, repeated
 * or late message changes nothing about which are made, and in which order.
 */
export type Before =
  /** A call not heard of: nothing of what led to it is told. */
  | { readonly kind: 'first' }
  /** A call made here, whose callees were only known to have been called. */
  | { readonly kind: 'draft' }
  /** A reloaded page: everything up to this version was told by the page before. */
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'view'; readonly view: CallView };

/** `order` is the call's version at which it happened; the newest part of an equal order stays last. */
export interface Told {
  readonly order: number;
  readonly notification: Notification;
}

export function viewNotifications(before: Before, view: CallView): readonly Notification[] {
  const told = [
    ...received(before, view),
    ...begun(before, view),
    ...memberNotifications(before, view),
    ...mediaTypeChanged(before, view),
    ...terminal(before, view),
  ];
  return told.sort((a, b) => a.order - b.order).map(({ notification }) => notification);
}

function received(before: Before, view: CallView): readonly Told[] {
  const self = ownMember(view);
  if (self === undefined || !ringsHere(view)) return [];
  if (before.kind === 'view') return [];
  const callees = view.members.filter((member) => member.role === 'callee');
  const info =
    self.invitedBy === null ? infoOf(view) : { ...infoOf(view), byUserId: self.invitedBy };
  const calleeIds = callees.map((member) => member.userId);
  return [
    {
      order: self.invitedVersion,
      notification: note(
        'onCallReceived',
        [view.callerId, calleeIds, view.groupId, view.mediaType],
        info,
      ),
    },
  ];
}

function begun(before: Before, view: CallView): readonly Told[] {
  const self = ownMember(view);
  if (self === undefined || !hasBegun(view)) return [];
  if (before.kind === 'view' && hasBegun(before.view)) return [];
  // An ending missed during a reload: its beginning was told by the page before.
  if (before.kind === 'version' && isOver(view)) return [];
  if (before.kind === 'first' && isOver(view)) return [];
  return [
    {
      order: self.role === 'caller' ? activatedAt(view) : joinedVersion(before, self),
      notification: note('onCallBegin', [view.roomId, view.mediaType, self.role], infoOf(view)),
    },
  ];
}

/** For the caller the call begins with the first callee who joined, just before that is told. */
function activatedAt(view: CallView): number {
  const joined = view.members.filter((m) => m.role === 'callee' && m.joinedAt !== null);
  return Math.min(...joined.map((m) => m.statusVersion)) - 0.5;
}

function joinedVersion(before: Before, self: MemberView): number {
  if (self.status === 'joined') return self.statusVersion;
  return before.kind === 'view' ? before.view.version : 0;
}

function mediaTypeChanged(before: Before, view: CallView): readonly Told[] {
  if (before.kind !== 'view' || before.view.mediaType === view.mediaType) return [];
  if (!hasBegun(before.view) || isOver(view)) return [];
  const args: [typeof view.mediaType, typeof view.mediaType] = [
    before.view.mediaType,
    view.mediaType,
  ];
  return [
    { order: view.version, notification: note('onCallMediaTypeChanged', args, infoOf(view)) },
  ];
}

/** The one event that ends the call for this session. Always the last. */
function terminal(before: Before, view: CallView): readonly Told[] {
  if (before.kind === 'first' || !isOver(view)) return [];
  if (before.kind === 'view' && isOver(before.view)) return [];
  const connected = hasBegun(view) || (before.kind === 'view' && hasBegun(before.view));
  const told = endingNotifications(view, view, endingOf(view, connected), cancelledBy(view));
  return told.map((notification) => ({ order: Infinity, notification }));
}

/** Whom onCallCancelled names: the caller when the ring was taken back, else this user. */
function cancelledBy(view: CallView): UserId {
  const reason = notConnectedReason(view);
  const takenBack = ownMember(view)?.status === 'cancelled' && reason !== 'ended-by-server';
  return takenBack ? view.callerId : view.self.userId;
}
