import type { Call, Party, Remote, Told } from './call-state.ts';
import { isParty, NO_REMOTE } from './call-state.ts';
import type { Notification, UserNetworkQuality } from './observer.ts';
import { note } from './step.ts';
import { hasBegun, infoOf } from './view-facts.ts';

/** About twice a second, with room for a media side that measures not quite on time. */
const VOLUME_PAUSE_MS = 450;
const NETWORK_PAUSE_MS = 4000;

interface Measured {
  readonly told: Told;
  readonly notifications: readonly Notification[];
}

/** While someone speaks, and once more when all have fallen silent. */
export function volumeNotifications(
  call: Party,
  volumes: Readonly<Record<string, number>>,
  at: number,
): Measured {
  const { told, view } = call;
  const silent = Object.values(volumes).every((volume) => volume === 0);
  const early = told.volumesAt !== null && at - told.volumesAt < VOLUME_PAUSE_MS;
  const due = silent ? !told.silent : told.silent || !early;
  if (!due || !hasBegun(view)) return { told, notifications: [] };
  return {
    told: { ...told, volumesAt: at, silent },
    notifications: [note('onUserVoiceVolumeChanged', [volumes], infoOf(view))],
  };
}

/** On each change, and from time to time without one. */
export function networkNotifications(
  call: Party,
  list: readonly UserNetworkQuality[],
  at: number,
): Measured {
  const { told, view, remotes } = call;
  const changed = list.some(
    ({ userId, quality }) => (remotes[userId] ?? NO_REMOTE).quality !== quality,
  );
  const due = changed || told.networkAt === null || at - told.networkAt >= NETWORK_PAUSE_MS;
  if (!due || !hasBegun(view)) return { told, notifications: [] };
  return {
    told: { ...told, networkAt: at },
    notifications: [note('onUserNetworkQualityChanged', [list], infoOf(view))],
  };
}

/**
 * What the others' tracks come to for the program: told only of members who are in the call while
 * this user is, whichever of view and track came first.
 */
export function availabilityChanges(
  before: Call,
  after: Call,
  told: readonly Notification[],
): { readonly gone: readonly Notification[]; readonly come: readonly Notification[] } {
  const gone: Notification[] = [];
  const come: Notification[] = [];
  const sameCall = isParty(before) && isParty(after) && before.view.callId === after.view.callId;
  for (const userId of new Set([...audible(before), ...audible(after)])) {
    const call = audible(after).includes(userId) ? after : before;
    if (!isParty(call)) continue;
    // With the end of the call all ends; only of who left before it something is told.
    if (!sameCall && !isParty(after) && !isLeaving(told, userId)) continue;
    const was = sameCall || !isParty(after) ? seen(before, userId) : NO_REMOTE;
    for (const change of changes(call, userId, was, seen(after, userId))) {
      (change.on ? come : gone).push(change.notification);
    }
  }
  return { gone, come };
}

function isLeaving(told: readonly Notification[], userId: string): boolean {
  return told.some(({ name, args }) => name === 'onUserLeave' && args[0] === userId);
}

function audible(call: Call): readonly string[] {
  if (!isParty(call) || !hasBegun(call.view)) return [];
  return call.view.members
    .filter(({ userId, status }) => status === 'joined' && userId !== call.view.self.userId)
    .map(({ userId }) => userId);
}

function seen(call: Call, userId: string): Remote {
  return isParty(call) && audible(call).includes(userId)
    ? (call.remotes[userId] ?? NO_REMOTE)
    : NO_REMOTE;
}

interface Change {
  readonly on: boolean;
  readonly notification: Notification;
}

function changes(call: Party, userId: string, was: Remote, is: Remote): readonly Change[] {
  const info = infoOf(call.view);
  const all = [
    ['microphone', note('onUserAudioAvailable', [userId, is.microphone], info)],
    ['camera', note('onUserVideoAvailable', [userId, is.camera], info)],
    ['screen', note('onScreenShareChanged', [userId, is.screen], info)],
  ] as const;
  return all
    .filter(([source]) => was[source] !== is[source])
    .map(([source, notification]) => ({ on: is[source], notification }));
}
