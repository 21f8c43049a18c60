import type { CallError } from '../../engine/api/call-error.ts';
import type { MediaUpdate, TrackSource, VideoEncoderParams } from '../../engine/api/ports.ts';
import {
  cameraConstraints,
  openCamera,
  openMicrophone,
  openScreen,
  stopAll,
  type CameraChoice,
} from './browser-capture.ts';
import type { TrackEffects } from '../effects/track-effects.ts';
import { LatestTask } from './latest-task.ts';
import { captureError } from './media-errors.ts';

export const TRACK_SOURCES: readonly TrackSource[] = ['microphone', 'camera', 'screen'];

export interface LocalTracksEvents {
  readonly update: (update: MediaUpdate) => void;
  /** What `sending` says of this source has changed; settles when the others can see and hear it. */
  readonly send: (source: TrackSource) => Promise<void>;
  /** Another device has taken over. */
  readonly reopened: (source: 'microphone' | 'camera') => void;
}

/** For openings that nobody overtakes. */
const NEVER = new AbortController().signal;

/**
 * This device's microphone, camera and shared screen. Owns their tracks; does not own their way to
 * the others. A muted microphone keeps its device (for a quick unmute); a camera that is off is
 * really closed. Ends with `stop()`, after which it may be used anew.
 */
export class LocalTracks {
  readonly #events: LocalTracksEvents;
  readonly #effects: TrackEffects;
  /** Ends tracks that are open and wait for their effect. */
  readonly #preparing = new Set<() => void>();
  readonly #tracks: Record<TrackSource, readonly MediaStreamTrack[]> = {
    microphone: [],
    camera: [],
    screen: [],
  };
  readonly #on: Record<TrackSource, boolean> = { microphone: false, camera: false, screen: false };
  readonly #latestReopen: Partial<Record<TrackSource, symbol>> = {};
  readonly #tasks: Readonly<Record<TrackSource, LatestTask<boolean>>>;
  microphoneId: string | null = null;
  cameraChoice: CameraChoice = null;
  params: VideoEncoderParams = { resolution: '720p' };

  constructor(events: LocalTracksEvents, effects: TrackEffects) {
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

  /** The tracks to send now: none while off or muted; a screen's sound comes second. */
  sending(source: TrackSource): readonly MediaStreamTrack[] {
    if (!this.#on[source]) return [];
    return this.#tracks[source].map((track) => this.#effects.outputOf(track));
  }

  isOn(source: TrackSource): boolean {
    return this.#on[source];
  }

  /** The device in use, by the id the browser gives. */
  deviceId(source: TrackSource): string | null {
    return this.#tracks[source][0]?.getSettings().deviceId ?? null;
  }

  facingMode(): string | null {
    return this.#tracks.camera[0]?.getSettings().facingMode ?? null;
  }

  /** @throws {CallError} why it could not be opened or sent. */
  set(source: TrackSource, on: boolean): Promise<void> {
    return this.#tasks[source].set(on);
  }

  /**
   * Opens a source that has a device anew, on the one now chosen.
   *
   * @throws {CallError} when it cannot be opened; nothing is said to others yet: see `giveUp`.
   */
  async reopen(source: 'microphone' | 'camera'): Promise<void> {
    const before = this.#tracks[source];
    if (before.length === 0) return;
    const reopenId = (this.#latestReopen[source] = Symbol(source));
    // Few phones can open two cameras at once; a microphone is changed without a gap.
    if (source === 'camera') this.#end(before);
    const tracks = await this.#open(source, NEVER).catch((cause: unknown) => {
      throw captureError(source, cause);
    });
    const superseded = this.#latestReopen[source] !== reopenId || this.#tracks[source] !== before;
    if (superseded) return this.#end(tracks);
    this.#end(before);
    this.#useTracks(source, tracks);
    for (const track of tracks) track.enabled = this.#on[source];
    this.#events.reopened(source);
    await this.#send(source);
  }

  /** Takes up the new size and rate without opening the camera anew, where the browser can. */
  async applyParams(): Promise<void> {
    const [camera] = this.#on.camera ? this.#tracks.camera : [];
    if (!camera) return;
    await camera.applyConstraints(cameraConstraints(this.params)).catch(() => {
      // The camera cannot: the next one opened is asked again.
    });
  }

  /** Opens anew what something else has stopped (a frozen page) but is still wanted. */
  reopenEnded(): void {
    for (const source of ['microphone', 'camera'] as const) {
      const [track] = this.#on[source] ? this.#tracks[source] : [];
      if (track?.readyState === 'ended') {
        this.reopenOrGiveUp(source);
      }
    }
  }

  reopenOrGiveUp(source: 'microphone' | 'camera'): void {
    this.reopen(source).catch((cause: unknown) => this.fail(source, cause));
  }

  /** It cannot be opened or sent: closed, and said so. Answers the error. */
  fail(source: TrackSource, cause: unknown): CallError {
    const error = captureError(source, cause);
    this.#drop(source);
    this.#emit(source, false, error);
    this.#events.send(source).catch(() => undefined);
    return error;
  }

  /** Stops every track, in this very task; one still being opened is stopped as soon as it is there. */
  stop(): void {
    for (const source of TRACK_SOURCES) {
      this.#tasks[source].drop();
      this.#end(this.#tracks[source]);
      this.#tracks[source] = [];
      this.#on[source] = false;
    }
    for (const end of this.#preparing) end();
  }

  async #applyState(source: TrackSource, on: boolean, superseded: AbortSignal): Promise<void> {
    if (!on) return this.#turnOff(source);
    const [current] = this.#tracks[source];
    if (current?.readyState !== 'live') {
      const tracks = await this.#open(source, superseded).catch((cause: unknown) => {
        throw superseded.aborted ? cause : this.fail(source, cause);
      });
      // Overtaken between the browser's answer and here.
      if (superseded.aborted) return this.#end(tracks);
      this.#useTracks(source, tracks);
    }
    for (const track of this.#tracks[source]) track.enabled = true;
    this.#emit(source, true, null);
    await this.#send(source);
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
      // Turned off or changed meanwhile: that wish has its own outcome.
      if (this.#tracks[source] !== sent || !this.#on[source]) return;
      throw this.fail(source, cause);
    }
  }

  async #open(source: TrackSource, signal: AbortSignal): Promise<readonly MediaStreamTrack[]> {
    if (source === 'screen') return openScreen(signal);
    const track =
      source === 'camera'
        ? await openCamera(this.cameraChoice, this.params, signal)
        : await openMicrophone(this.microphoneId, this.#effects.browserSuppression, signal);
    await this.#prepare(source, track, signal);
    return [track];
  }

  /** A background that is to be hidden is never seen first: a track waits here until its effect is there. */
  async #prepare(
    source: 'microphone' | 'camera',
    track: MediaStreamTrack,
    signal: AbortSignal,
  ): Promise<void> {
    const end = (): void => this.#end([track]);
    this.#preparing.add(end);
    signal.addEventListener('abort', end, { once: true });
    await this.#effects.prepare(source, track);
    signal.removeEventListener('abort', end);
    this.#preparing.delete(end);
  }

  #end(tracks: readonly MediaStreamTrack[]): void {
    stopAll(tracks);
    for (const track of tracks) this.#effects.release(track);
  }

  #useTracks(source: TrackSource, tracks: readonly MediaStreamTrack[]): void {
    this.#tracks[source] = tracks;
    // `ended` never comes of our own stop(): the device was pulled out, the permission taken back,
    // or sharing was stopped in the browser's own bar.
    tracks[0]?.addEventListener('ended', () => this.#onEnded(source, tracks), { once: true });
  }

  #onEnded(source: TrackSource, tracks: readonly MediaStreamTrack[]): void {
    if (this.#tracks[source] !== tracks) return;
    if (source === 'screen') {
      this.set('screen', false).catch(() => undefined);
      return;
    }
    // Another microphone or camera may be there: the next best one takes over.
    if (source === 'microphone') this.microphoneId = null;
    else this.cameraChoice = null;
    this.reopenOrGiveUp(source);
  }

  #drop(source: TrackSource): void {
    this.#end(this.#tracks[source]);
    this.#tracks[source] = [];
  }

  #emit(source: TrackSource, on: boolean, error: CallError | null): void {
    if (this.#on[source] === on && error === null) return;
    this.#on[source] = on;
    this.#events.update({ type: 'local-track', source, on, error });
  }
}
