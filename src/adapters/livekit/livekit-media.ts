import { CallError } from '../../engine/api/call-error.ts';
import type {
  EffectCheck,
  EffectOptions,
  MediaEffectChanges,
  MediaEffects,
} from '../../engine/api/media-effects.ts';
import type { DeviceKind } from '../../engine/api/observer.ts';
import type {
  MediaUpdate,
  MediaJoin,
  MediaSession,
  TrackSource,
  VideoEncoderParams,
} from '../../engine/api/ports.ts';
import type { DeviceList } from '../../engine/api/snapshot.ts';
import { loadLivekit } from './library.ts';
import type { VideoStyle, VideoTarget } from './video.ts';
import type { LivekitSession } from './livekit-session.ts';

/** A request made before the session's code is loaded. */
interface QueuedRequest {
  readonly run: (session: LivekitSession) => void;
  readonly fail: (error: CallError) => void;
  /** Dropped when the call is left. */
  readonly callScoped: boolean;
}

/**
 * MediaSession on LiveKit. Loads its code with the first ring, call or device list, and runs the requests
 * made until then in order. Afterwards it passes requests on synchronously, within the user's gesture.
 */
export class LivekitMedia implements MediaSession {
  readonly #listeners = new Set<(update: MediaUpdate) => void>();
  /** Settings to apply as soon as there is a session. */
  readonly #settings = new Set<(session: LivekitSession) => void>();
  readonly #queued: QueuedRequest[] = [];
  #session: LivekitSession | null = null;
  #loading = false;
  #ownUserId: string | null = null;

  isSupported(): boolean {
    return typeof RTCPeerConnection !== 'undefined';
  }

  prepare(url: string): void {
    // In parallel: the session requests its library only once it is loaded itself.
    loadLivekit().catch(() => undefined);
    this.#withSession(async (session) => session.prepare(url)).catch(() => undefined);
  }

  join(access: MediaJoin): Promise<void> {
    return this.#withSession((session) => session.join(access), true);
  }

  async leave(): Promise<void> {
    // Requests of an ended call must not open a device when the code is loaded.
    const queued = this.#queued.splice(0);
    this.#queued.push(...queued.filter(({ callScoped }) => !callScoped));
    for (const { fail, callScoped } of queued) if (callScoped) fail(cancelledError());
    await this.#session?.leave();
  }

  setTrack(source: TrackSource, on: boolean): Promise<void> {
    return this.#withSession((session) => session.setTrack(source, on), true);
  }

  selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    return this.#withSession((session) => session.selectDevice(kind, deviceId));
  }

  switchCamera(): Promise<void> {
    return this.#withSession((session) => session.switchCamera());
  }

  listDevices(): Promise<DeviceList> {
    return this.#withSession((session) => session.listDevices());
  }

  async setVideoEncoder(params: VideoEncoderParams): Promise<void> {
    if (this.#session) return this.#session.setVideoEncoder(params);
    this.#applySetting((session) => void session.setVideoEncoder(params));
  }

  get effects(): MediaEffects | null {
    return this.#session?.effects ?? null;
  }

  async setEffects(changes: MediaEffectChanges, options: EffectOptions): Promise<void> {
    if (this.#session) return this.#session.setEffects(changes, options);
    this.#applySetting((session) => void session.setEffects(changes, options));
  }

  /**
   * Draws the camera once with each of these backgrounds (see `MediaEffects`), as previews for a menu; null for one that
   * cannot be drawn, `[]` while the camera is off.
   */
  async drawBackgrounds(backgrounds: readonly string[]): Promise<readonly (ImageBitmap | null)[]> {
    return (await this.#session?.drawBackgrounds(backgrounds)) ?? [];
  }

  async checkEffects(): Promise<EffectCheck> {
    const { checkEffects } = await import('../effects/effect-check.ts');
    return checkEffects();
  }

  async unlockAudio(): Promise<void> {
    await this.#session?.unlockAudio();
  }

  async muteRemoteAudio(on: boolean): Promise<void> {
    this.#applySetting((session) => session.muteRemoteAudio(on));
  }

  listen(onUpdate: (update: MediaUpdate) => void): () => void {
    // A function of its own, so that a listener registered twice is called twice.
    const listener = (update: MediaUpdate): void => onUpdate(update);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Binds the video of a user to `element`, also when it starts, stops or changes later, until the returned
   * function is called. `userId` null, or the signed-in user, is the local video.
   *
   * @example
   * const detach = engine.media.attachVideo({ userId: 'bob', source: 'camera' }, videoElement);
   */
  attachVideo(target: VideoTarget, element: HTMLVideoElement): () => void {
    let release: (() => void) | null = null;
    const undo = this.#applySetting((session) => (release = session.attachVideo(target, element)));
    return () => {
      undo();
      release?.();
    };
  }

  /** Styles this user's video in each element bound to it. */
  setVideoStyle(userId: string, style: VideoStyle): void {
    this.#applySetting((session) => session.setVideoStyle(userId, style));
  }

  /** The signed-in user, so that the local video can be attached by userId before a call. */
  setOwnUser(userId: string | null): void {
    if (this.#ownUserId === userId) return;
    this.#ownUserId = userId;
    this.#session?.setOwnUser(userId);
  }

  /** Applies it now or with the first session; the returned function cancels it until then. */
  #applySetting(setting: (session: LivekitSession) => void): () => void {
    if (this.#session) setting(this.#session);
    else this.#settings.add(setting);
    return () => this.#settings.delete(setting);
  }

  /** @throws {CallError} media-failed if the code cannot be loaded; the next request tries again. */
  #withSession<T>(run: (session: LivekitSession) => Promise<T>, callScoped = false): Promise<T> {
    if (this.#session) return run(this.#session);
    this.#load();
    return new Promise((resolve, reject) => {
      const start = (session: LivekitSession): void => void run(session).then(resolve, reject);
      this.#queued.push({ run: start, fail: reject, callScoped });
    });
  }

  #load(): void {
    if (this.#loading) return;
    this.#loading = true;
    import('./livekit-session.ts').then(
      ({ LivekitSession: Session }) => this.#start(new Session((update) => this.#emit(update))),
      (cause: unknown) => this.#onUnreachable(cause),
    );
  }

  #start(session: LivekitSession): void {
    this.#session = session;
    session.setOwnUser(this.#ownUserId);
    for (const setting of this.#settings) setting(session);
    this.#settings.clear();
    for (const { run } of this.#queued.splice(0)) run(session);
  }

  #onUnreachable(cause: unknown): void {
    this.#loading = false;
    const error = new CallError('media-failed', 'the media code cannot be loaded', {
      cause,
    });
    for (const { fail } of this.#queued.splice(0)) fail(error);
  }

  #emit(update: MediaUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }
}

function cancelledError(): CallError {
  return new CallError('media-failed', 'cancelled by leave');
}
