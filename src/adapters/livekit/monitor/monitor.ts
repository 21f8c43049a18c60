import type { RemoteParticipant, RemoteTrack, RemoteTrackPublication, Room } from 'livekit-client';

import type { UserNetworkQuality } from '../../../engine/api/observer.ts';
import type { MediaUpdate } from '../../../engine/api/ports.ts';
import { userOfMediaIdentity, type UserId } from '../../../protocol/index.ts';
import { FrozenDetector } from './frozen-detector.ts';
import { PacketLossMeter, type PacketCount } from './packet-loss-meter.ts';
import { isOf, remoteUsers } from './members.ts';
import { readSender, ReceiverReader } from './stats.ts';
import { pauseVideo, UnattachedVideoPauser } from './video-pauser.ts';
import { VolumeMeter } from './volumes.ts';
import { networkQuality } from './network-quality.ts';
import type { QualitySample, QualityTotals } from './quality-totals.ts';

/** Twice a second, as documented for the volume callback. */
const TICK_MS = 500;
/** Statistics are expensive: every second tick, and less often in larger calls. */
const TICKS_PER_SAMPLE = 2;
const PARTICIPANTS_PER_SAMPLE = 8;
/** A video frozen for 3 s is reported by the second next sample at the latest: within 6 s. */
const MAX_TICKS_PER_SAMPLE = 6;

/**
 * Samples one room periodically: volumes, frozen videos, network quality.
 * Owns one timer; ends with `stop()`.
 */
export class LivekitMonitor {
  readonly #room: Room;
  readonly #emit: (update: MediaUpdate) => void;
  readonly #totals: QualityTotals;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #volumes = new VolumeMeter();
  readonly #frozen = new FrozenDetector<UserId>();
  readonly #videoPauser = new UnattachedVideoPauser(pauseVideo);
  readonly #meters = new Map<string, PacketLossMeter>();
  readonly #receivers = new ReceiverReader();
  #lastReported = '';
  #ticks = 0;
  #sampleAt = TICKS_PER_SAMPLE;
  #measuring = false;
  #stopped = false;

  constructor(room: Room, emit: (update: MediaUpdate) => void, totals: QualityTotals) {
    this.#room = room;
    this.#emit = emit;
    this.#totals = totals;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Resets volumes and frozen videos, which no later sample will. */
  stop(): void {
    clearInterval(this.#timer);
    this.#stopped = true;
    this.#reportFrozen(new Map());
    const silence = this.#volumes.silence();
    if (silence) this.#emit({ type: 'volumes', volumes: silence });
  }

  #tick(): void {
    // On a busy machine a sample may take longer than a tick; ticks are skipped, not queued.
    if (this.#measuring) return;
    this.#measuring = true;
    this.#measure()
      .catch(() => {
        // The peer connection closed meanwhile; the next sample reads the new one.
      })
      .finally(() => (this.#measuring = false));
  }

  async #measure(): Promise<void> {
    const volumes = await this.#volumes.read(this.#room);
    if (this.#stopped) return;
    if (volumes) this.#emit({ type: 'volumes', volumes });
    this.#ticks += 1;
    if (this.#ticks % TICKS_PER_SAMPLE === 0) this.#videoPauser.check(videoTracks(this.#room));
    if (this.#ticks < this.#sampleAt) return;
    this.#sampleAt = this.#ticks + ticksToNextSample(this.#room.remoteParticipants.size);
    await this.#sample();
  }

  async #sample(): Promise<void> {
    const expected = new Map<UserId, number>();
    const list: UserNetworkQuality[] = [];
    for (const [userId, participants] of remoteUsers(this.#room)) {
      list.push(await this.#sampleRemote(userId, participants, expected));
    }
    list.unshift(...(await this.#sampleOwn()));
    if (this.#stopped) return;
    this.#reportFrozen(expected);
    this.#reportNetwork(list);
  }

  #reportFrozen(expected: ReadonlyMap<UserId, number>): void {
    for (const change of this.#frozen.sample(performance.now(), expected)) {
      this.#emit({ type: 'remote-frozen', ...change });
    }
  }

  async #sampleRemote(
    userId: UserId,
    participants: readonly RemoteParticipant[],
    expected: Map<UserId, number>,
  ): Promise<UserNetworkQuality> {
    let packets: PacketCount | null = null;
    for (const publication of activePublications(participants)) {
      const { track } = publication;
      const report = await track?.getRTCStatsReport();
      const stats = track && report ? this.#receivers.read(track, report) : null;
      if (stats === null) continue;
      packets = add(packets, stats.packets);
      if (expectsFrames(publication)) expected.set(userId, stats.framesDecoded);
    }
    const { lossPercent, silentMs } = this.#meter(userId).sample(performance.now(), packets);
    const livekit = participants.at(-1)?.connectionQuality ?? 'unknown';
    // The round trip of remote users is unknown here.
    const quality = networkQuality({ livekit, lossPercent, roundTripMs: null, silentMs });
    return { userId, quality };
  }

  async #sampleOwn(): Promise<UserNetworkQuality[]> {
    const { localParticipant } = this.#room;
    const state: string = this.#room.state;
    const userId = userOfMediaIdentity(localParticipant.identity);
    if (userId === null) return [];
    // A loss of signalling only (signalReconnecting) does not affect media.
    if (state === 'reconnecting') {
      return [this.#own(userId, { quality: 'down', roundTripMs: null, lossPercent: null })];
    }
    let packets: PacketCount | null = null;
    let roundTripMs: number | null = null;
    for (const publication of localParticipant.trackPublications.values()) {
      const report = await publication.track?.getRTCStatsReport();
      if (!report) continue;
      const stats = readSender(report);
      if (stats.reported) packets = add(packets, stats.reported);
      if (stats.roundTripMs !== null) roundTripMs = Math.max(roundTripMs ?? 0, stats.roundTripMs);
    }
    // Sent packets do not prove delivery: only the reported loss counts.
    const { lossPercent } = this.#meter('').sample(performance.now(), packets);
    const livekit = localParticipant.connectionQuality;
    const quality = networkQuality({ livekit, lossPercent, roundTripMs, silentMs: 0 });
    return [this.#own(userId, { quality, roundTripMs, lossPercent })];
  }

  #own(userId: UserId, sample: QualitySample): UserNetworkQuality {
    this.#totals.add(performance.now(), sample);
    return { userId, quality: sample.quality };
  }

  #reportNetwork(list: readonly UserNetworkQuality[]): void {
    const report = JSON.stringify(list);
    if (report === this.#lastReported) return;
    this.#lastReported = report;
    this.#emit({ type: 'network', list });
  }

  /** '' is the local user. */
  #meter(userId: string): PacketLossMeter {
    const meter = this.#meters.get(userId) ?? new PacketLossMeter();
    this.#meters.set(userId, meter);
    return meter;
  }
}

export function ticksToNextSample(participants: number): number {
  return Math.min(
    TICKS_PER_SAMPLE * Math.ceil(participants / PARTICIPANTS_PER_SAMPLE) || TICKS_PER_SAMPLE,
    MAX_TICKS_PER_SAMPLE,
  );
}

function videoTracks(room: Room): RemoteTrack[] {
  const publications = [...room.remoteParticipants.values()].flatMap((one) => [
    ...one.videoTrackPublications.values(),
  ]);
  return publications.flatMap(({ track }) => (track ? [track] : []));
}

/** The publications that should receive packets now. */
function activePublications(participants: readonly RemoteParticipant[]): RemoteTrackPublication[] {
  return participants
    .flatMap((one) => [...one.trackPublications.values()])
    .filter((one) => one.isSubscribed && one.isEnabled && !one.isMuted);
}

/** A camera that is on, attached, and not paused because the page is hidden. */
function expectsFrames(publication: RemoteTrackPublication): boolean {
  return (
    isOf('camera', publication) &&
    document.visibilityState === 'visible' &&
    (publication.track?.attachedElements.length ?? 0) > 0
  );
}

function add(total: PacketCount | null, count: PacketCount): PacketCount {
  return {
    arrived: (total?.arrived ?? 0) + count.arrived,
    lost: (total?.lost ?? 0) + count.lost,
  };
}
