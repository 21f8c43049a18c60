import type { CurrentCall, ActiveCall, RemoteMedia, LastNotified } from '../state/call-state.ts';
import { isActiveCall, NO_REMOTE_MEDIA } from '../state/call-state.ts';
import type { Notification, UserNetworkQuality } from '../api/observer.ts';
import { notification } from '../state/transition-result.ts';
import { wasConnectedHere, callInfo } from '../state/call-view-selectors.ts';

/** Half a second, minus a tolerance for the timing of the media library. */
const VOLUME_INTERVAL_MS = 450;
const NETWORK_INTERVAL_MS = 4000;

interface MeasurementResult {
  readonly lastNotified: LastNotified;
  readonly notifications: readonly Notification[];
}

/** Periodically while a user speaks, and once when all have become silent. */
export function volumeNotifications(
  call: ActiveCall,
  volumes: Readonly<Record<string, number>>,
  at: number,
): MeasurementResult {
  const { lastNotified, view } = call;
  const silent = Object.values(volumes).every((volume) => volume === 0);
  const early = lastNotified.volumesAt !== null && at - lastNotified.volumesAt < VOLUME_INTERVAL_MS;
  const due = silent ? !lastNotified.silent : lastNotified.silent || !early;
  if (!due || !wasConnectedHere(view)) return { lastNotified, notifications: [] };
  return {
    lastNotified: { ...lastNotified, volumesAt: at, silent },
    notifications: [notification('onUserVoiceVolumeChanged', [volumes], callInfo(view))],
  };
}

/** On each change, and periodically without one. */
export function networkNotifications(
  call: ActiveCall,
  list: readonly UserNetworkQuality[],
  at: number,
): MeasurementResult {
  const { lastNotified, view, remotes } = call;
  const changed = list.some(
    ({ userId, quality }) => (remotes[userId] ?? NO_REMOTE_MEDIA).quality !== quality,
  );
  const due =
    changed ||
    lastNotified.networkAt === null ||
    at - lastNotified.networkAt >= NETWORK_INTERVAL_MS;
  if (!due || !wasConnectedHere(view)) return { lastNotified, notifications: [] };
  return {
    lastNotified: { ...lastNotified, networkAt: at },
    notifications: [notification('onUserNetworkQualityChanged', [list], callInfo(view))],
  };
}

/**
 * The changes of the remote users' media between two states of the call. Concerns only members who are
 * joined at the same time as this user; the order of view and media update does not matter.
 */
export function availabilityChanges(
  before: CurrentCall,
  after: CurrentCall,
  notifications: readonly Notification[],
): { readonly unavailable: readonly Notification[]; readonly available: readonly Notification[] } {
  const unavailable: Notification[] = [];
  const available: Notification[] = [];
  const sameCall =
    isActiveCall(before) && isActiveCall(after) && before.view.callId === after.view.callId;
  const [earlier, now] = [connectedPeers(before), connectedPeers(after)];
  for (const userId of new Set([...earlier, ...now])) {
    const call = now.has(userId) ? after : before;
    if (!isActiveCall(call)) continue;
    // The end of the call ends all media; only a member who left before it gets a notification.
    if (!sameCall && !isActiveCall(after) && !hasLeaveNotification(notifications, userId)) continue;
    const was =
      sameCall || !isActiveCall(after) ? visibleMedia(before, earlier, userId) : NO_REMOTE_MEDIA;
    for (const change of changes(call, userId, was, visibleMedia(after, now, userId))) {
      (change.on ? available : unavailable).push(change.notification);
    }
  }
  return { unavailable, available };
}

function hasLeaveNotification(notifications: readonly Notification[], userId: string): boolean {
  return notifications.some(({ name, args }) => name === 'onUserLeave' && args[0] === userId);
}

function connectedPeers(call: CurrentCall): ReadonlySet<string> {
  if (!isActiveCall(call) || !wasConnectedHere(call.view)) return NO_USERS;
  const { members, self } = call.view;
  const others = members.filter((one) => one.status === 'joined' && one.userId !== self.userId);
  return new Set(others.map(({ userId }) => userId));
}

const NO_USERS: ReadonlySet<string> = new Set();

function visibleMedia(call: CurrentCall, peers: ReadonlySet<string>, userId: string): RemoteMedia {
  return isActiveCall(call) && peers.has(userId)
    ? (call.remotes[userId] ?? NO_REMOTE_MEDIA)
    : NO_REMOTE_MEDIA;
}

interface Change {
  readonly on: boolean;
  readonly notification: Notification;
}

const AVAILABILITY_CALLBACKS = [
  ['microphone', 'onUserAudioAvailable'],
  ['camera', 'onUserVideoAvailable'],
  ['screen', 'onScreenShareChanged'],
] as const;

function changes(
  call: ActiveCall,
  userId: string,
  was: RemoteMedia,
  is: RemoteMedia,
): readonly Change[] {
  if (was === is) return [];
  return AVAILABILITY_CALLBACKS.filter(([source]) => was[source] !== is[source]).map(
    ([source, name]) => ({
      on: is[source],
      notification: notification(name, [userId, is[source]], callInfo(call.view)),
    }),
  );
}
