import { CallError } from '../../engine/api/call-error.ts';
import type {
  EffectOptions,
  MediaEffectChanges,
  MediaEffects,
} from '../../engine/api/media-effects.ts';
import type { DeviceKind } from '../../engine/api/observer.ts';
import type {
  MediaUpdate,
  MediaJoin,
  TrackSource,
  VideoEncoderParams,
} from '../../engine/api/ports.ts';
import type { DeviceList } from '../../engine/api/snapshot.ts';
import { userOfMediaIdentity, type CallId } from '../../protocol/index.ts';
import { DeviceSelector } from '../capture/device-selector.ts';
import { TrackEffects } from '../effects/track-effects.ts';
import { joinError } from '../capture/media-errors.ts';
import { loadLivekit } from './library.ts';
import { RemoteMembers } from './monitor/members.ts';
import { QualityTotals } from './monitor/quality-totals.ts';
import { LivekitVideo, type VideoStyle, type VideoTarget } from './video.ts';
import { LivekitRoom } from './room.ts';
import { LocalTracks, TRACK_SOURCES } from '../capture/local-tracks.ts';

/**
 * The lazy part of LivekitMedia. Owns one room at a time, the local tracks and the remote audio; video
 * elements belong to the callers of `attachVideo`. Each call ends with `leave()`.
 */
export class LivekitSession {
  readonly #emit: (update: MediaUpdate) => void;
  readonly #local: LocalTracks;
  readonly #effects: TrackEffects;
  readonly #devices: DeviceSelector;
  readonly #members: RemoteMembers;
  readonly #video: LivekitVideo;
  #room: LivekitRoom | null = null;
  #newestJoin: symbol | null = null;
  /** The newest call, and the figures of its media. */
  #measured: { readonly callId: CallId; readonly totals: QualityTotals } | null = null;
  #ownUserId: string | null = null;
  #isRemoteMuted = false;

  constructor(emit: (update: MediaUpdate) => void) {
    this.#emit = emit;
    this.#members = new RemoteMembers(emit);
    this.#effects = new TrackEffects({
      emit,
      changed: (source) => this.#sendOrFail(source),
      reopenMicrophone: () => this.#local.reopenOrGiveUp('microphone'),
    });
    this.#local = new LocalTracks(
      {
        update: emit,
        send: (source) => this.#send(source),
        reopened: (source) => this.#devices.report(source),
      },
      this.#effects,
    );
    this.#devices = new DeviceSelector({
      local: this.#local,
      room: () => this.#room,
      emit,
    });
    this.#video = new LivekitVideo({
      room: () => this.#room?.room ?? null,
      ownUserId: () => this.#ownUserId,
      own: (source) => this.#local.sending(source)[0] ?? null,
      arrived: (trackSid) => this.#room?.arrived(trackSid) ?? null,
    });
  }

  prepare(url: string): void {
    loadLivekit().catch(() => undefined);
    // Resolves the host name and opens a connection for the join to reuse.
    if (!URL.canParse(url)) return;
    const { protocol, host } = new URL(url);
    const secure = protocol === 'wss:' || protocol === 'https:';
    fetch(`${secure ? 'https' : 'http'}://${host}/`, { method: 'HEAD', mode: 'no-cors' }).catch(
      () => undefined,
    );
  }

  async join({ callId, url, token }: MediaJoin): Promise<void> {
    const joinId = (this.#newestJoin = Symbol('join'));
    const totals = this.#totalsOf(callId);
    const library = await loadLivekit();
    if (this.#newestJoin !== joinId) throw supersededError();
    void this.#room?.close();
    const room = new LivekitRoom({
      library,
      outgoing: {
        tracks: (source) => this.#local.sending(source),
        params: () => this.#local.params,
      },
      speakerId: this.#devices.speakerId,
      totals,
      emit: this.#emit,
      changed: () => this.#onRoomChanged(room),
      ready: () => this.#sendAll(),
    });
    this.#room = room;
    room.muteRemoteAudio(this.#isRemoteMuted);
    this.#devices.watch();
    this.#local.reopenEnded();
    try {
      await room.connect(url, token);
    } catch (cause) {
      void room.close();
      throw this.#newestJoin === joinId ? joinError(cause, room.signalled) : supersededError();
    }
    if (this.#newestJoin !== joinId) throw supersededError();
  }

  async leave(): Promise<void> {
    // First and synchronously: the devices stop.
    this.#local.stop();
    if (this.#room) this.#reportQuality();
    this.#newestJoin = null;
    this.#isRemoteMuted = false;
    this.#devices.unwatch();
    const room = this.#room;
    this.#room = null;
    this.#members.clear();
    this.#video.update();
    await room?.close();
  }

  setTrack(source: TrackSource, on: boolean): Promise<void> {
    if (on) this.#devices.watch();
    return this.#local.set(source, on);
  }

  selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    return this.#devices.select(kind, deviceId);
  }

  switchCamera(): Promise<void> {
    return this.#devices.switchCamera();
  }

  listDevices(): Promise<DeviceList> {
    return this.#devices.list();
  }

  async setVideoEncoder(params: VideoEncoderParams): Promise<void> {
    this.#local.params = params;
    if (!this.#local.isOn('camera')) return;
    await this.#local.applyParams();
    await this.#room?.send('camera', true);
  }

  get effects(): MediaEffects | null {
    return this.#effects.effects;
  }

  setEffects(changes: MediaEffectChanges, options: EffectOptions): Promise<void> {
    return this.#effects.set(changes, options);
  }

  drawBackgrounds(backgrounds: readonly string[]): Promise<readonly (ImageBitmap | null)[]> {
    return this.#effects.drawBackgrounds(backgrounds);
  }

  async unlockAudio(): Promise<void> {
    await this.#room?.unlockAudio();
  }

  muteRemoteAudio(on: boolean): void {
    this.#isRemoteMuted = on;
    this.#room?.muteRemoteAudio(on);
  }

  attachVideo(target: VideoTarget, element: HTMLVideoElement): () => void {
    return this.#video.bind(target, element);
  }

  setVideoStyle(userId: string, style: VideoStyle): void {
    this.#video.setStyle(userId, style);
  }

  setOwnUser(userId: string | null): void {
    if (this.#ownUserId === userId) return;
    this.#ownUserId = userId;
    this.#video.update();
  }

  #onRoomChanged(room: LivekitRoom): void {
    if (this.#room !== room) return;
    this.#ownUserId = userOfMediaIdentity(room.room.localParticipant.identity) ?? this.#ownUserId;
    this.#members.update(room.room);
    this.#video.update();
  }

  /** A call that is entered again, after a loss or a hold, continues its figures. */
  #totalsOf(callId: CallId): QualityTotals {
    if (this.#measured?.callId === callId) {
      if (this.#room) this.#measured.totals.reconnections += 1;
    } else {
      if (this.#room) this.#reportQuality();
      this.#measured = { callId, totals: new QualityTotals() };
    }
    return this.#measured.totals;
  }

  #reportQuality(): void {
    const quality = this.#measured?.totals.report();
    if (this.#measured && quality)
      this.#emit({ type: 'quality', callId: this.#measured.callId, quality });
  }

  async #send(source: TrackSource): Promise<void> {
    this.#video.update();
    const room = this.#room;
    await room?.send(source).catch((cause: unknown) => {
      // A lost room emits `media-lost`, and the next room publishes again.
      if (this.#room === room && room.ready) throw cause;
    });
  }

  /** Publishes the open tracks as soon as a room is ready. */
  #sendAll(): void {
    for (const source of TRACK_SOURCES) void this.#sendOrFail(source);
  }

  /** Closes and reports a source that cannot be sent. */
  async #sendOrFail(source: TrackSource): Promise<void> {
    const [sent] = this.#local.sending(source);
    try {
      await this.#send(source);
    } catch (cause) {
      if (sent !== undefined && this.#local.sending(source)[0] === sent)
        this.#local.fail(source, cause);
    }
  }
}

function supersededError(): CallError {
  return new CallError('media-failed', 'superseded by a newer join or by leave');
}
