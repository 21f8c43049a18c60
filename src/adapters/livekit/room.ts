import type { DisconnectReason, RemoteTrack, Room, RoomOptions } from 'livekit-client';

import type { MediaUpdate, TrackSource } from '../../engine/api/ports.ts';
import type { Livekit } from './library.ts';
import { LivekitMonitor } from './monitor/monitor.ts';
import { LivekitPublisher, type OutgoingMedia } from './publisher.ts';
import { LivekitAudio } from './audio.ts';

/** Connecting to a signalling port that does not answer; the engine then asks for fresh access. */
const SIGNAL_TIMEOUT_MS = 8_000;
/** ICE over UDP and then TCP. */
const PEER_TIMEOUT_MS = 15_000;

/**
 * The library's own tries after a loss, then it gives up: the engine knows more (is the call alive,
 * in which room, with what access) and joins again by itself. LiveKit's default goes on for 47 s.
 */
const GIVE_UP_AFTER_MS = 12_000;
const RETRY_MS = [0, 300, 700, 1_200];
const LAST_RETRY_MS = 2_000;

export interface RoomDependencies {
  readonly library: Livekit;
  readonly outgoing: OutgoingMedia;
  readonly speakerId: string | null;
  readonly emit: (update: MediaUpdate) => void;
  /** Something in the room may have changed for those who look at it. */
  readonly changed: () => void;
  /** In the room: time to send what there is. */
  readonly ready: () => void;
}

/**
 * One stay in one room. Owns the LiveKit room, what is published in it, its sound and its timer.
 * Ends with `close()`, or when LiveKit gives the room up, which is said as `media-lost`.
 */
export class LivekitRoom {
  readonly room: Room;
  /** The one that connects; the room lets go of it when it is left. */
  readonly #engine: Room['engine'];
  readonly #dependencies: RoomDependencies;
  readonly #publisher: LivekitPublisher;
  readonly #audio: LivekitAudio;
  readonly #ended = new AbortController();
  readonly #arrived = new Map<string, MediaStreamTrack>();
  #monitor: LivekitMonitor | null = null;
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

  /** Whether tracks can be published: the room is joined, or is being brought back. */
  get ready(): boolean {
    return this.#connected && !this.#ended.signal.aborted;
  }

  /**
   * A picture that came with the first answer. LiveKit gives it out up to 50 ms after its connection is up (it
   * looks every 50 ms); shown at once, its first frame is the first that comes.
   */
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
    this.#monitor = new LivekitMonitor(this.room, (update) => this.#emit(update));
    this.#dependencies.changed();
    this.#dependencies.ready();
  }

  /** Brings what is sent in line with what there is to send. @throws {CallError} media-failed */
  async send(source: TrackSource, republish = false): Promise<void> {
    if (this.ready) await this.#publisher.sync(source, republish);
  }

  unlockAudio(): Promise<void> {
    return this.#audio.unlock(this.room);
  }

  async useSpeaker(deviceId: string): Promise<void> {
    await this.room.switchActiveDevice('audiooutput', deviceId);
  }

  /** Leaves. The local tracks go on: they are not this room's. */
  async close(): Promise<void> {
    this.#end();
    await this.room.disconnect(false).catch(() => undefined);
    // LiveKit makes the peer connection, and an interval for its data channel, before the server answers, but
    // counts its engine as closed until then: closing that engine leaves both open (livekit-client 2.23).
    await this.#engine.cleanupPeerConnections();
    this.#engine.cleanupLossyDataStats();
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
    this.#engine.on('mediaTrackAdded', (track, stream) => this.#onArrived(track, stream));
    this.room
      .on(RoomEvent.SignalConnected, changed)
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

  /** A stream is named `participant|track`. */
  #onArrived(track: MediaStreamTrack, stream: MediaStream): void {
    const trackSid = stream.id.split('|')[1];
    if (this.#connected || trackSid === undefined || track.kind !== 'video') return;
    this.#arrived.set(trackSid, track);
    this.#dependencies.changed();
  }

  #onTrack(track: RemoteTrack, here: boolean): void {
    if (here) this.#audio.add(track);
    else this.#audio.remove(track);
    this.#dependencies.changed();
  }

  #interrupt(): void {
    if (this.#interrupted) return;
    this.#interrupted = true;
    this.#emit({ type: 'media-interrupted' });
  }

  #restore(): void {
    this.#dependencies.changed();
    // What was turned on meanwhile has waited for this.
    this.#dependencies.ready();
    if (!this.#interrupted) return;
    this.#interrupted = false;
    this.#emit({ type: 'media-restored' });
  }

  #onDisconnected(reason: DisconnectReason | undefined): void {
    // Before the first connect has come through, connect() itself rejects.
    if (!this.#connected) return;
    this.#end();
    this.#dependencies.emit({ type: 'media-lost', reason: this.#reasonName(reason) });
  }

  /** Often there is none: LiveKit gave up, or the token has run out. */
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
    // The engine says goodbye by a beacon; a page put aside and shown again should not be out.
    disconnectOnPageLeave: false,
    // The tracks outlive the room: a rejoin sends the same ones.
    stopLocalTrackOnUnpublish: false,
    // Firefox answers the single connection's offers in a way that loses tracks (design.md §4).
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
