import type { RemoteParticipant, Room, TrackPublication } from 'livekit-client';

import type { MediaUpdate, TrackSource } from '../../../engine/api/ports.ts';
import { userOfMediaIdentity, type UserId } from '../../../protocol/index.ts';
import { TRACK_SOURCES } from '../../capture/local-tracks.ts';

/** Values of LiveKit's Track.Source. */
const LIVEKIT_SOURCE: Readonly<Record<TrackSource, string>> = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'screen_share',
};

export function isOf(source: TrackSource, publication: Pick<TrackPublication, 'source'>): boolean {
  // Compared as strings: the enum would load the whole library.
  const name: string = publication.source;
  return name === LIVEKIT_SOURCE[source];
}

type TracksOn = Readonly<Record<TrackSource, boolean>>;

/** The part of a room from which members are read. */
export type RoomMembers = Pick<Room, 'remoteParticipants' | 'localParticipant'>;

/** Remote participants by user. After a reload a user may have two for a moment. */
export function remoteUsers(room: RoomMembers): Map<UserId, RemoteParticipant[]> {
  const own = userOfMediaIdentity(room.localParticipant.identity);
  const users = new Map<UserId, RemoteParticipant[]>();
  for (const participant of room.remoteParticipants.values()) {
    const userId = userOfMediaIdentity(participant.identity);
    // Not a user of this service, for example a recorder.
    if (userId === null || userId === own) continue;
    users.set(userId, [...(users.get(userId) ?? []), participant]);
  }
  return users;
}

/**
 * Emits changes of presence and tracks. Compares the whole room with the last emitted state, so that the
 * order of LiveKit's events and a change of rooms do not matter.
 */
export class RemoteMembers {
  readonly #emit: (update: MediaUpdate) => void;
  #reported = new Map<UserId, TracksOn>();

  constructor(emit: (update: MediaUpdate) => void) {
    this.#emit = emit;
  }

  update(room: RoomMembers): void {
    const now = new Map<UserId, TracksOn>();
    for (const [userId, participants] of remoteUsers(room)) now.set(userId, tracksOn(participants));
    const before = this.#reported;
    this.#reported = now;
    for (const userId of before.keys()) {
      if (!now.has(userId)) this.#report(userId, before.get(userId), null);
    }
    for (const [userId, tracks] of now) this.#report(userId, before.get(userId), tracks);
  }

  /** The call has ended: resets without updates. */
  clear(): void {
    this.#reported = new Map();
  }

  #report(userId: UserId, before: TracksOn | undefined, now: TracksOn | null): void {
    if (!before && now) this.#emit({ type: 'remote-present', userId, present: true });
    for (const source of TRACK_SOURCES) {
      const on = now?.[source] ?? false;
      if ((before?.[source] ?? false) !== on)
        this.#emit({ type: 'remote-track', userId, source, on });
    }
    if (before && !now) this.#emit({ type: 'remote-present', userId, present: false });
  }
}

function tracksOn(participants: readonly RemoteParticipant[]): TracksOn {
  const sends = (source: TrackSource): boolean =>
    participants.some((participant) =>
      participant.getTrackPublications().some((one) => isOf(source, one) && !one.isMuted),
    );
  return { microphone: sends('microphone'), camera: sends('camera'), screen: sends('screen') };
}
