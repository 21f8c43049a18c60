import type { DisconnectReason, RemoteTrack, Room, RoomOptions } from 'livekit-client';

import type { MediaUpdate, TrackSource } from '../../engine/api/ports.ts';
import type { Livekit } from './library.ts';
import { closeUnansweredEngine, onTrackArrived, stopBitrateMonitor } from './livekit-internals.ts';
import { LivekitMonitor } from './monitor/monitor.ts';
import type { QualityTotals } from './monitor/quality-totals.ts';
import { LivekitPublisher, type OutgoingMedia } from './publisher.ts';
import { LivekitAudio } from './audio.ts';

/** For an unresponsive signalling port; the engine then requests new media access. */
const SIGNAL_TIMEOUT_MS = 8_000;
/** Includes the ICE fallback from UDP to TCP. */
const PEER_TIMEOUT_MS = 15_000;

/**
 * LiveKit retries for this long after a loss and then gives up. The engine knows more (whether the call is
 * live, its room and access) and joins again. LiveKit's default policy takes 47 s.
 */
const GIVE_UP_AFTER_MS = 12_000;
const RETRY_MS = [0, 300, 700, 1_200];
const LAST_RETRY_MS = 2_000;

export interface RoomDependencies {
  readonly library: Livekit;
  readonly outgoing: OutgoingMedia;
  readonly speakerId: string | null;
  readonly totals: QualityTotals;
  readonly emit: (update: MediaUpdate) => void;
  /** Participants or tracks of the room may have changed. */
  readonly changed: () => void;
  /** The room accepts publications. */
  readonly ready: () => void;
}

/**
 * One stay in one room. Owns the LiveKit room, its publications, audio and monitor.
 * Ends with `close()`, or with `media-lost` when LiveKit gives up.
 */
export class LivekitRoom {
  readonly room: Room;
  /** The engine of the connection; the room drops its reference when it disconnects. */
  readonly #engine: Room['engine'];
  readonly #dependencies: RoomDependencies;
  readonly #publisher: LivekitPublisher;
  readonly #audio: LivekitAudio;
  readonly #ended = new AbortController();
  readonly #arrived = new Map<string, MediaStreamTrack>();
  #monitor: LivekitMonitor | null = null;
  #signalled = false;
  #connected = false;
  #interrupted = false;

  constructor(dependencies: RoomDependencies) {
    this.#dependencies = dependencies;
    this.room = new dependencies.library.Room(roomOptions(dependencies));
    this.#engine = this.room.engine;
    this.#publisher = new LivekitPublisher(dependencies.library, this.room, dependencies.outgoing);
    this.#audio = new LivekitAudio((blocked) =>
      dependencies.emit({ type: 'audio-blocked', blocked }),
    );
    this.#listen();
  }

  /** Whether tracks can be published: the room is joined or reconnecting. */
  get ready(): boolean {
    return this.#connected && !this.#ended.signal.aborted;
  }

  /** Whether the media server has accepted the access; the media itself connects after that. */
  get signalled(): boolean {
    return this.#signalled;
  }

  /** A video track that arrived before LiveKit publishes it; see `onTrackArrived`. */
  arrived(trackSid: string): MediaStreamTrack | null {
    return this.#arrived.get(trackSid) ?? null;
  }

  /** @throws LiveKit's error. */
  async connect(url: string, token: string): Promise<void> {
    await this.room.connect(url, token, {
      maxRetries: 0,
      websocketTimeout: SIGNAL_TIMEOUT_MS,
      peerConnectionTimeout: PEER_TIMEOUT_MS,
    });
    if (this.#ended.signal.aborted) return;
    this.#connected = true;
    this.#arrived.clear();
    const { totals } = this.#dependencies;
    this.#monitor = new LivekitMonitor(this.room, (update) => this.#emit(update), totals);
    this.#dependencies.changed();
    this.#dependencies.ready();
  }

  /** Synchronises the publications of this source. @throws {CallError} media-failed */
  async send(source: TrackSource, republish = false): Promise<void> {
    if (this.ready) await this.#publisher.sync(source, republish);
  }

  unlockAudio(): Promise<void> {
    return this.#audio.unlock(this.room);
  }

  muteRemoteAudio(on: boolean): void {
    this.#audio.mute(on);
  }

  async useSpeaker(deviceId: string): Promise<void> {
    await this.room.switchActiveDevice('audiooutput', deviceId);
  }

  /** Leaves the room. The local tracks stay open. */
  async close(): Promise<void> {
    this.#end();
    await this.room.disconnect(false).catch(() => undefined);
    await closeUnansweredEngine(this.#engine);
  }

  #end(): void {
    this.#monitor?.stop();
    this.#ended.abort();
    this.room.removeAllListeners();
    this.#audio.close();
  }

  #listen(): void {
    const { RoomEvent } = this.#dependencies.library;
    const changed = (): void => this.#dependencies.changed();
    onTrackArrived(this.#engine, (track, trackSid) => this.#onArrived(track, trackSid));
    this.room
      .on(RoomEvent.SignalConnected, () => this.#onSignalled())
      .on(RoomEvent.ParticipantConnected, changed)
      .on(RoomEvent.ParticipantDisconnected, changed)
      .on(RoomEvent.TrackPublished, changed)
      .on(RoomEvent.TrackUnpublished, changed)
      .on(RoomEvent.TrackMuted, changed)
      .on(RoomEvent.TrackUnmuted, changed)
      .on(RoomEvent.TrackSubscribed, (track) => this.#onTrack(track, true))
      .on(RoomEvent.TrackUnsubscribed, (track) => this.#onTrack(track, false))
      .on(RoomEvent.SignalReconnecting, () => this.#interrupt())
      .on(RoomEvent.Reconnecting, () => this.#interrupt())
      .on(RoomEvent.Reconnected, () => this.#restore())
      .on(RoomEvent.Disconnected, (reason) => this.#onDisconnected(reason));
  }

  #onSignalled(): void {
    this.#signalled = true;
    this.#dependencies.changed();
  }

  #onArrived(track: MediaStreamTrack, trackSid: string): void {
    if (this.#connected || track.kind !== 'video') return;
    this.#arrived.set(trackSid, track);
    this.#dependencies.changed();
  }

  #onTrack(track: RemoteTrack, subscribed: boolean): void {
    if (subscribed) {
      stopBitrateMonitor(track);
      this.#audio.add(track);
    } else {
      this.#audio.remove(track);
    }
    this.#dependencies.changed();
  }

  #interrupt(): void {
    if (this.#interrupted) return;
    this.#interrupted = true;
    this.#dependencies.totals.reconnections += 1;
    this.#emit({ type: 'media-interrupted' });
  }

  #restore(): void {
    this.#dependencies.changed();
    // Publishes tracks that were turned on meanwhile.
    this.#dependencies.ready();
    if (!this.#interrupted) return;
    this.#interrupted = false;
    this.#emit({ type: 'media-restored' });
  }

  #onDisconnected(reason: DisconnectReason | undefined): void {
    // During the first connect, connect() rejects instead.
    if (!this.#connected) return;
    this.#end();
    this.#dependencies.emit({ type: 'media-lost', reason: this.#reasonName(reason) });
  }

  /** LiveKit often gives no reason: it gave up, or the token has expired. */
  #reasonName(reason: DisconnectReason | undefined): string {
    if (reason === undefined) return 'gave-up';
    return this.#dependencies.library.DisconnectReason[reason].toLowerCase().replaceAll('_', '-');
  }

  #emit(update: MediaUpdate): void {
    if (!this.#ended.signal.aborted) this.#dependencies.emit(update);
  }
}

function roomOptions({ library, speakerId }: RoomDependencies): RoomOptions {
  return {
    adaptiveStream: true,
    dynacast: true,
    // The engine sends a leave beacon. A page restored from the back/forward cache stays in the room.
    disconnectOnPageLeave: false,
    // A rejoin publishes the same tracks.
    stopLocalTrackOnUnpublish: false,
    // Firefox loses remote tracks on a single peer connection
    // (https://github.com/bigbluebutton/bigbluebutton/pull/24727, https://github.com/livekit/livekit/issues/4494).
    singlePeerConnection: !navigator.userAgent.includes('Firefox/'),
    publishDefaults: { audioPreset: library.AudioPresets.speech, red: true, dtx: true },
    reconnectPolicy: {
      nextRetryDelayInMs: ({ retryCount, elapsedMs }) =>
        elapsedMs > GIVE_UP_AFTER_MS
          ? null
          : (RETRY_MS[retryCount] ?? LAST_RETRY_MS) * (0.75 + Math.random() / 2),
    },
    ...(speakerId === null ? {} : { audioOutput: { deviceId: speakerId } }),
  };
}
