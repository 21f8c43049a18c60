import { CallError } from '../../engine/api/call-error.ts';
import type { MediaUpdate, TrackSource, VideoEncoderParams } from '../../engine/api/ports.ts';
import {
  cameraConstraints,
  openCamera,
  openMicrophone,
  openScreen,
  stopAll,
  type CameraChoice,
} from './browser-capture.ts';
import { LatestTask } from './latest-task.ts';
import { captureError } from './media-errors.ts';

export const TRACK_SOURCES: readonly TrackSource[] = ['microphone', 'camera', 'screen'];

export interface LocalTracksEvents {
  readonly update: (update: MediaUpdate) => void;
  /** `sending()` of this source has changed. Settles when the publication is up to date. */
  readonly send: (source: TrackSource) => Promise<void>;
  /** The source is on another device now. */
  readonly reopened: (source: 'microphone' | 'camera') => void;
}

/** Processes opened tracks before they are sent. */
export interface TrackEffectsPort {
  /** Whether the browser itself suppresses noise in the microphone that opens next. */
  readonly browserSuppression: boolean;
  /** Resolves when this raw track can be sent; it may have ended until then. Never rejects. */
  prepare(source: 'microphone' | 'camera', raw: MediaStreamTrack): Promise<void>;
  /** The track to send for this raw track. */
  outputOf(raw: MediaStreamTrack): MediaStreamTrack;
  /** Ends the processing of a raw track that is stopped or has ended, also while it is prepared. */
  release(raw: MediaStreamTrack): void;
}

/** A device that ends so many times while it is opened cannot be used. */
const MAX_TAKEN_AWAY = 3;

/**
 * This device's microphone, camera and shared screen. Owns their tracks, not their publication. A muted
 * microphone keeps its device open, so that unmuting is immediate; a camera that is off is closed. While
 * the system mutes the microphone it counts as off; `enabled` of its track keeps what the user wants.
 * Ends with `stop()` and can then be used again.
 */
export class LocalTracks {
  readonly #events: LocalTracksEvents;
  readonly #effects: TrackEffectsPort;
  readonly #tracks: Record<TrackSource, readonly MediaStreamTrack[]> = {
    microphone: [],
    camera: [],
    screen: [],
  };
  readonly #on: Record<TrackSource, boolean> = { microphone: false, camera: false, screen: false };
  /** Sources that `set()` opens. */
  readonly #opening = new Set<TrackSource>();
  /** The newest `reopen()` of each source. */
  readonly #reopening: Partial<Record<TrackSource, AbortController>> = {};
  readonly #tasks: Readonly<Record<TrackSource, LatestTask<boolean>>>;
  microphoneId: string | null = null;
  cameraChoice: CameraChoice = null;
  params: VideoEncoderParams = { resolution: '720p' };

  constructor(events: LocalTracksEvents, effects: TrackEffectsPort) {
    this.#events = events;
    this.#effects = effects;
    const taskFor = (source: TrackSource): LatestTask<boolean> =>
      new LatestTask((on, superseded) => this.#applyState(source, on, superseded));
    this.#tasks = {
      microphone: taskFor('microphone'),
      camera: taskFor('camera'),
      screen: taskFor('screen'),
    };
  }

  /** The tracks to publish: none while off or muted. The audio of a screen is second. */
  sending(source: TrackSource): readonly MediaStreamTrack[] {
    if (!this.#on[source]) return [];
    return this.#tracks[source].map((track) => this.#effects.outputOf(track));
  }

  isOn(source: TrackSource): boolean {
    return this.#on[source];
  }

  /** The deviceId in use. */
  deviceId(source: TrackSource): string | null {
    return this.#tracks[source][0]?.getSettings().deviceId ?? null;
  }

  facingMode(): string | null {
    return this.#tracks.camera[0]?.getSettings().facingMode ?? null;
  }

  /** @throws {CallError} when the source cannot be opened or published. */
  set(source: TrackSource, on: boolean): Promise<void> {
    return this.#tasks[source].set(on);
  }

  /**
   * Reopens a source on the selected device.
   *
   * @throws {CallError} when it cannot be opened; the publication is unchanged then, see `fail()`.
   */
  async reopen(source: 'microphone' | 'camera'): Promise<void> {
    const before = this.#tracks[source];
    // A source that is being opened follows the selection by itself.
    if (before.length === 0 || this.#opening.has(source)) return;
    this.#reopening[source]?.abort();
    const { signal } = (this.#reopening[source] = new AbortController());
    // Few phones can open two cameras at the same time. A microphone is replaced without a gap.
    if (source === 'camera') this.#end(before);
    const tracks = await this.#open(source, signal).catch((cause: unknown) => {
      if (signal.aborted) return [];
      throw captureError(source, cause);
    });
    if (signal.aborted) return this.#end(tracks);
    this.#useTracks(source, tracks);
    const enabled = before[0]?.enabled ?? false;
    for (const track of tracks) track.enabled = enabled;
    this.#events.reopened(source);
    if (enabled && this.#isSystemMuted(source)) this.#reportSystemMute();
    else if (enabled) this.#emit(source, true, null);
    await this.#send(source);
  }

  /** Applies size and frame rate without reopening the camera, if the browser supports it. */
  async applyParams(): Promise<void> {
    const [camera] = this.#on.camera ? this.#tracks.camera : [];
    if (!camera) return;
    await camera.applyConstraints(cameraConstraints(this.params)).catch(() => {
      // Not supported by this camera; the next one gets the new constraints.
    });
  }

  /** Reopens wanted tracks that the browser has ended, for example while the page was frozen. */
  reopenEnded(): void {
    for (const source of ['microphone', 'camera'] as const) {
      const [track] = this.#on[source] ? this.#tracks[source] : [];
      if (track?.readyState === 'ended') {
        this.reopenOrGiveUp(source);
      }
    }
  }

  /** Reopens a source; if it cannot be opened, closes it and reports the error. */
  reopenOrGiveUp(source: 'microphone' | 'camera'): void {
    this.reopen(source).catch((cause: unknown) => this.fail(source, cause));
  }

  /** Closes a source that cannot be opened or published, reports the error and returns it. */
  fail(source: TrackSource, cause: unknown): CallError {
    const error = captureError(source, cause);
    this.#drop(source);
    this.#emit(source, false, error);
    this.#events.send(source).catch(() => undefined);
    return error;
  }

  /** Stops all tracks synchronously. A track that is being opened stops as soon as it exists. */
  stop(): void {
    for (const source of TRACK_SOURCES) {
      this.#tasks[source].drop();
      this.#drop(source);
      this.#on[source] = false;
    }
  }

  async #applyState(source: TrackSource, on: boolean, superseded: AbortSignal): Promise<void> {
    if (!on) return this.#turnOff(source);
    const [current] = this.#tracks[source];
    if (current?.readyState !== 'live') {
      const tracks = await this.#openAnew(source, superseded);
      // Superseded after the browser opened the track.
      if (superseded.aborted) return this.#end(tracks);
      this.#useTracks(source, tracks);
    }
    for (const track of this.#tracks[source]) track.enabled = true;
    if (this.#isSystemMuted(source)) throw this.#reportSystemMute();
    this.#emit(source, true, null);
    await this.#send(source);
    if (this.#isSystemMuted(source)) throw this.#reportSystemMute();
  }

  async #turnOff(source: TrackSource): Promise<void> {
    if (source === 'microphone') for (const track of this.#tracks.microphone) track.enabled = false;
    else this.#drop(source);
    this.#emit(source, false, null);
    await this.#events.send(source);
  }

  async #send(source: TrackSource): Promise<void> {
    const sent = this.#tracks[source];
    try {
      await this.#events.send(source);
    } catch (cause) {
      // Turned off or replaced meanwhile; that request has its own outcome.
      if (this.#tracks[source] !== sent || !this.#on[source]) return;
      throw this.fail(source, cause);
    }
  }

  /** Opens a source that has no live track, in place of a `reopen()` that does the same. */
  async #openAnew(
    source: TrackSource,
    superseded: AbortSignal,
  ): Promise<readonly MediaStreamTrack[]> {
    this.#reopening[source]?.abort();
    this.#opening.add(source);
    try {
      return await this.#open(source, superseded);
    } catch (cause) {
      throw superseded.aborted ? cause : this.fail(source, cause);
    } finally {
      this.#opening.delete(source);
    }
  }

  /**
   * Opens the selected device and its effect; once more if another device is selected meanwhile, or if this one is
   * taken away.
   */
  async #open(source: TrackSource, signal: AbortSignal): Promise<readonly MediaStreamTrack[]> {
    if (source === 'screen') return openScreen(signal);
    for (let taken = 0; taken < MAX_TAKEN_AWAY;) {
      const selection = this.#selection(source);
      const track =
        source === 'camera'
          ? await openCamera(this.cameraChoice, this.params, signal)
          : await openMicrophone(this.microphoneId, this.#effects.browserSuppression, signal);
      await this.#prepare(source, track, signal);
      const isLive = track.readyState === 'live';
      if (signal.aborted || (isLive && this.#selection(source) === selection)) return [track];
      this.#end([track]);
      if (isLive) continue;
      taken += 1;
      if (this.#selection(source) === selection) this.#selectAny(source);
    }
    throw new DOMException('the device is taken away again and again', 'NotReadableError');
  }

  /** What the next opening of a source depends on, to compare. */
  #selection(source: 'microphone' | 'camera'): string {
    const selection =
      source === 'camera'
        ? [this.cameraChoice]
        : [this.microphoneId, this.#effects.browserSuppression];
    return JSON.stringify(selection);
  }

  #selectAny(source: 'microphone' | 'camera'): void {
    if (source === 'microphone') this.microphoneId = null;
    else this.cameraChoice = null;
  }

  /** Waits for the effect of a live track, so that a background is hidden from the first frame on. */
  async #prepare(
    source: 'microphone' | 'camera',
    track: MediaStreamTrack,
    signal: AbortSignal,
  ): Promise<void> {
    const end = (): void => this.#end([track]);
    signal.addEventListener('abort', end, { once: true });
    track.addEventListener('ended', end, { once: true });
    await this.#effects.prepare(source, track);
    signal.removeEventListener('abort', end);
    track.removeEventListener('ended', end);
  }

  #end(tracks: readonly MediaStreamTrack[]): void {
    stopAll(tracks);
    for (const track of tracks) this.#effects.release(track);
  }

  #useTracks(source: TrackSource, tracks: readonly MediaStreamTrack[]): void {
    this.#end(this.#tracks[source]);
    this.#tracks[source] = tracks;
    // stop() emits no `ended`: the device was removed, the permission revoked, or the user stopped sharing
    // in the browser's own controls.
    tracks[0]?.addEventListener('ended', () => this.#onEnded(source, tracks), { once: true });
    if (source !== 'microphone') return;
    tracks[0]?.addEventListener('mute', () => this.#onSystemMute(tracks));
    tracks[0]?.addEventListener('unmute', () => this.#onSystemUnmute(tracks));
  }

  #isSystemMuted(source: TrackSource): boolean {
    return source === 'microphone' && this.#tracks.microphone[0]?.muted === true;
  }

  #onSystemMute(tracks: readonly MediaStreamTrack[]): void {
    if (this.#tracks.microphone === tracks && this.#on.microphone) this.#reportSystemMute();
  }

  #onSystemUnmute(tracks: readonly MediaStreamTrack[]): void {
    if (this.#tracks.microphone !== tracks || tracks[0]?.enabled !== true) return;
    this.#emit('microphone', true, null);
    this.#send('microphone').catch(() => undefined);
  }

  #reportSystemMute(): CallError {
    const error = new CallError('microphone-muted');
    this.#emit('microphone', false, error);
    this.#events.send('microphone').catch(() => undefined);
    return error;
  }

  #onEnded(source: TrackSource, tracks: readonly MediaStreamTrack[]): void {
    if (this.#tracks[source] !== tracks) return;
    if (source === 'screen') {
      this.set('screen', false).catch(() => undefined);
      return;
    }
    // Falls back to another device.
    this.#selectAny(source);
    this.reopenOrGiveUp(source);
  }

  #drop(source: TrackSource): void {
    this.#reopening[source]?.abort();
    this.#end(this.#tracks[source]);
    this.#tracks[source] = [];
  }

  #emit(source: TrackSource, on: boolean, error: CallError | null): void {
    if (this.#on[source] === on && error === null) return;
    this.#on[source] = on;
    this.#events.update({ type: 'local-track', source, on, error });
  }
}
