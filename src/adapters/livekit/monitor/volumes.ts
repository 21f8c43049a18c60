import type { Participant, Room, TrackPublication } from 'livekit-client';

import { userOfMediaIdentity } from '../../../protocol/index.ts';
import { isOf, type RoomMembers } from './members.ts';
import { readAudioEnergy } from './stats.ts';
import { LevelMeter } from './level-meter.ts';

type Volumes = Readonly<Record<string, number>>;

/**
 * Up to this many participants are measured locally, which is fast and detects short sounds. Larger calls
 * use LiveKit's speaker levels, because getStats would cost too much.
 */
const MEASURED_PEOPLE = 8;

/** Levels are amplitudes, 0–1; normal speech is at 0.03–0.2. The square root approximates loudness. */
function loudness(level: number): number {
  return Math.round(100 * Math.sqrt(Math.min(Math.max(level, 0), 1)));
}

/** Returns a map while any participant is audible, and one of zeros afterwards. */
export class VolumeMeter {
  readonly #meters = new WeakMap<TrackPublication, LevelMeter>();
  /** The last map with an audible participant. */
  #lastVolumes: Volumes | null = null;

  /** null: no change. */
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

  /** Zeros for the last audible participants; null: none. */
  silence(): Volumes | null {
    const lastVolumes = this.#lastVolumes;
    this.#lastVolumes = null;
    return lastVolumes && Object.fromEntries(Object.keys(lastVolumes).map((userId) => [userId, 0]));
  }

  async #level(participant: Participant, measured: boolean): Promise<number> {
    const microphone = participant.getTrackPublications().find((one) => isOf('microphone', one));
    // LiveKit's level lags behind a mute.
    if (!microphone || microphone.isMuted) return 0;
    const report = measured ? await microphone.track?.getRTCStatsReport() : undefined;
    const energy = report ? readAudioEnergy(report) : null;
    const meter = this.#meters.get(microphone) ?? new LevelMeter();
    this.#meters.set(microphone, meter);
    return (energy && meter.sample(energy)) ?? participant.audioLevel;
  }
}
