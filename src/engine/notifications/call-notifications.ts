import type { CallView, MemberView, UserId } from '../../protocol/index.ts';
import { endingNotifications } from './ending-notifications.ts';
import { memberNotifications } from './member-notifications.ts';
import type { Notification } from '../api/observer.ts';
import { notification } from '../state/transition-result.ts';
import {
  endingOf,
  wasConnectedHere,
  callInfo,
  isOverHere,
  notConnectedReason,
  ownMember,
  isRingingHere,
} from '../state/call-view-selectors.ts';

/**
 * What was notified of a call before a view. The notifications of a view are the difference to its
 * baseline, so a lost, repeated or late message changes neither their number nor their order.
 *
 * - `first`: nothing; the view is the first one of this call
 * - `dialed`: the callees of a call that was started here are known to be called
 * - `version`: everything up to this version, by the page before a reload
 * - `view`: everything that this view shows
 */
export type Baseline =
  | { readonly kind: 'first' }
  | { readonly kind: 'dialed' }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'view'; readonly view: CallView };

/** `order` is the call's version at which the event happened. Sorting keeps the order of equal values. */
export interface OrderedNotification {
  readonly order: number;
  readonly notification: Notification;
}

/** The notifications that a view causes, in the order of their events. docs/events.md has the rules. */
export function viewNotifications(before: Baseline, view: CallView): readonly Notification[] {
  const ordered = [
    ...receivedNotifications(before, view),
    ...beginNotifications(before, view),
    ...memberNotifications(before, view),
    ...mediaTypeNotifications(before, view),
    ...terminalNotifications(before, view),
  ];
  return ordered.sort((a, b) => a.order - b.order).map(({ notification }) => notification);
}

function receivedNotifications(before: Baseline, view: CallView): readonly OrderedNotification[] {
  const self = ownMember(view);
  if (self === undefined || !isRingingHere(view)) return [];
  if (before.kind === 'view') return [];
  const callees = view.members.filter((member) => member.role === 'callee');
  const info =
    self.invitedBy === null ? callInfo(view) : { ...callInfo(view), byUserId: self.invitedBy };
  const calleeIds = callees.map((member) => member.userId);
  return [
    {
      order: self.invitedVersion,
      notification: notification(
        'onCallReceived',
        [view.callerId, calleeIds, view.groupId, view.mediaType],
        info,
      ),
    },
  ];
}

function beginNotifications(before: Baseline, view: CallView): readonly OrderedNotification[] {
  const self = ownMember(view);
  if (self === undefined || !wasConnectedHere(view)) return [];
  if (before.kind === 'view' && wasConnectedHere(before.view)) return [];
  // The call ended during a reload; the page before notified its beginning.
  if (before.kind === 'version' && isOverHere(view)) return [];
  if (before.kind === 'first' && isOverHere(view)) return [];
  return [
    {
      order: self.role === 'caller' ? callerJoinedVersion(view, self) : joinedVersion(before, self),
      notification: notification(
        'onCallBegin',
        [view.roomId, view.mediaType, self.role],
        callInfo(view),
      ),
    },
  ];
}

/** For the caller the call begins with the first callee who joins, just before that callee's onUserJoin. */
function activationVersion(view: CallView): number {
  const joined = view.members.filter((m) => m.role === 'callee' && m.joinedAt !== null);
  return Math.min(...joined.map((m) => m.statusVersion)) - 0.5;
}

/** A caller whom the back end rings may join after a callee. */
function callerJoinedVersion(view: CallView, self: MemberView): number {
  const activation = activationVersion(view);
  return self.status === 'joined' ? Math.max(activation, self.statusVersion) : activation;
}

function joinedVersion(before: Baseline, self: MemberView): number {
  if (self.status === 'joined') return self.statusVersion;
  return before.kind === 'view' ? before.view.version : 0;
}

function mediaTypeNotifications(before: Baseline, view: CallView): readonly OrderedNotification[] {
  if (before.kind !== 'view' || before.view.mediaType === view.mediaType) return [];
  if (!wasConnectedHere(before.view) || isOverHere(view)) return [];
  const args: [typeof view.mediaType, typeof view.mediaType] = [
    before.view.mediaType,
    view.mediaType,
  ];
  return [
    {
      order: view.version,
      notification: notification('onCallMediaTypeChanged', args, callInfo(view)),
    },
  ];
}

/** The terminal notifications of the call for this session; always the last. */
function terminalNotifications(before: Baseline, view: CallView): readonly OrderedNotification[] {
  if (before.kind === 'first' || !isOverHere(view)) return [];
  if (before.kind === 'view' && isOverHere(before.view)) return [];
  const connected =
    wasConnectedHere(view) || (before.kind === 'view' && wasConnectedHere(before.view));
  const ending = endingNotifications(view, view, endingOf(view, connected), cancellingUser(view));
  return ending.map((notification) => ({ order: Infinity, notification }));
}

/** The user that onCallCancelled names: the caller if the call was cancelled, else this user. */
function cancellingUser(view: CallView): UserId {
  const reason = notConnectedReason(view);
  const withdrawn = ownMember(view)?.status === 'cancelled' && reason !== 'ended-by-server';
  return withdrawn ? view.callerId : view.self.userId;
}
