import type { Participant, Room } from 'livekit-client';

import { userOfMediaIdentity } from '../protocol/index.ts';
import { LIVEKIT_SOURCE } from './livekit-members.ts';

type Volumes = Readonly<Record<string, number>>;

/**
 * LiveKit's level is the amplitude, 0–1: someone speaking normally is at 0.03–0.2. The square root
 * spreads that over the scale as ears do.
 */
export function loudness(level: number): number {
  return Math.round(100 * Math.sqrt(Math.min(Math.max(level, 0), 1)));
}

/** Gives a map while anyone speaks, and one of zeros when they have stopped. */
export class VolumeMeter {
  #sounding = false;

  /** null: nothing to tell. */
  read(room: Pick<Room, 'localParticipant' | 'remoteParticipants'>): Volumes | null {
    const volumes: Record<string, number> = {};
    for (const participant of [room.localParticipant, ...room.remoteParticipants.values()]) {
      const userId = userOfMediaIdentity(participant.identity);
      if (userId !== null) volumes[userId] = Math.max(volumes[userId] ?? 0, volumeOf(participant));
    }
    const sounded = this.#sounding;
    this.#sounding = Object.values(volumes).some((volume) => volume > 0);
    return this.#sounding || sounded ? volumes : null;
  }
}

function volumeOf(participant: Participant): number {
  const heard = participant
    .getTrackPublications()
    .some((one) => one.source === LIVEKIT_SOURCE.microphone && !one.isMuted);
  // The level is the server's last word, and lags behind a mute.
  return heard ? loudness(participant.audioLevel) : 0;
}
