import type { Participant, Room, TrackPublication } from 'livekit-client';

import { userOfMediaIdentity } from '../../../protocol/index.ts';
import { isOf, type RoomMembers } from './members.ts';
import { readAudioEnergy } from './stats.ts';
import { LevelMeter } from './level-meter.ts';

type Volumes = Readonly<Record<string, number>>;

/**
 * Up to so many people are measured here, which is prompt and hears short sounds. In larger calls the
 * server's own list of speakers has to do: measuring would cost more than it is worth.
 */
const MEASURED_PEOPLE = 8;

/**
 * Levels are amplitudes, 0–1: someone speaking normally is at 0.03–0.2. The square root spreads that
 * over the scale as ears do.
 */
export function loudness(level: number): number {
  return Math.round(100 * Math.sqrt(Math.min(Math.max(level, 0), 1)));
}

/** Gives a map while anyone sounds, and one of zeros when they have stopped. */
export class VolumeMeter {
  readonly #meters = new WeakMap<TrackPublication, LevelMeter>();
  /** The last map, if anyone sounded in it. */
  #lastVolumes: Volumes | null = null;

  /** null: nothing to tell. */
  async read(room: Pick<Room, keyof RoomMembers>): Promise<Volumes | null> {
    const participants = [room.localParticipant, ...room.remoteParticipants.values()];
    const measured = participants.length <= MEASURED_PEOPLE;
    const volumes: Record<string, number> = {};
    for (const participant of participants) {
      const userId = userOfMediaIdentity(participant.identity);
      if (userId === null) continue;
      const volume = loudness(await this.#level(participant, measured));
      volumes[userId] = Math.max(volumes[userId] ?? 0, volume);
    }
    const wasAudible = this.#lastVolumes !== null;
    const audible = Object.values(volumes).some((volume) => volume > 0);
    this.#lastVolumes = audible ? volumes : null;
    return audible || wasAudible ? volumes : null;
  }

  /** The map of zeros for those who sounded last; null: nobody did. */
  silence(): Volumes | null {
    const lastVolumes = this.#lastVolumes;
    this.#lastVolumes = null;
    return lastVolumes && Object.fromEntries(Object.keys(lastVolumes).map((userId) => [userId, 0]));
  }

  async #level(participant: Participant, measured: boolean): Promise<number> {
    const microphone = participant.getTrackPublications().find((one) => isOf('microphone', one));
    // The server's word lags behind a mute.
    if (!microphone || microphone.isMuted) return 0;
    const report = measured ? await microphone.track?.getRTCStatsReport() : undefined;
    const energy = report ? readAudioEnergy(report) : null;
    const meter = this.#meters.get(microphone) ?? new LevelMeter();
    this.#meters.set(microphone, meter);
    return (energy && meter.sample(energy)) ?? participant.audioLevel;
  }
}
