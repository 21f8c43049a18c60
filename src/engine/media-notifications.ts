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
  const [earlier, now] = [audible(before), audible(after)];
  for (const userId of new Set([...earlier, ...now])) {
    const call = now.has(userId) ? after : before;
    if (!isParty(call)) continue;
    // With the end of the call all ends; only of who left before it something is told.
    if (!sameCall && !isParty(after) && !isLeaving(told, userId)) continue;
    const was = sameCall || !isParty(after) ? seen(before, earlier, userId) : NO_REMOTE;
    for (const change of changes(call, userId, was, seen(after, now, userId))) {
      (change.on ? come : gone).push(change.notification);
    }
  }
  return { gone, come };
}

function isLeaving(told: readonly Notification[], userId: string): boolean {
  return told.some(({ name, args }) => name === 'onUserLeave' && args[0] === userId);
}

function audible(call: Call): ReadonlySet<string> {
  if (!isParty(call) || !hasBegun(call.view)) return NOBODY;
  const { members, self } = call.view;
  const others = members.filter((one) => one.status === 'joined' && one.userId !== self.userId);
  return new Set(others.map(({ userId }) => userId));
}

const NOBODY: ReadonlySet<string> = new Set();

function seen(call: Call, audible: ReadonlySet<string>, userId: string): Remote {
  return isParty(call) && audible.has(userId) ? (call.remotes[userId] ?? NO_REMOTE) : NO_REMOTE;
}

interface Change {
  readonly on: boolean;
  readonly notification: Notification;
}

const TOLD_AS = [
  ['microphone', 'onUserAudioAvailable'],
  ['camera', 'onUserVideoAvailable'],
  ['screen', 'onScreenShareChanged'],
] as const;

function changes(call: Party, userId: string, was: Remote, is: Remote): readonly Change[] {
  if (was === is) return [];
  return TOLD_AS.filter(([source]) => was[source] !== is[source]).map(([source, name]) => ({
    on: is[source],
    notification: note(name, [userId, is[source]], infoOf(call.view)),
  }));
}
