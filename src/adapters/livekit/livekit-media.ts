import { CallError } from '../../engine/api/call-error.ts';
import type { Effects, EffectsWish } from '../../engine/effects.ts';
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

/** Asked for before the session's code was there. */
interface QueuedRequest {
  readonly run: (session: LivekitSession) => void;
  readonly fail: (error: CallError) => void;
  /** Means nothing any more once the call is left. */
  readonly callScoped: boolean;
}

/**
 * MediaSession on LiveKit, whose code is fetched with the first ring, call or question about devices:
 * a page before its first call carries only this. What is asked meanwhile is done in the order of
 * asking; from then on everything is passed on at once, within the user's own gesture.
 */
export class LivekitMedia implements MediaSession {
  readonly #listeners = new Set<(update: MediaUpdate) => void>();
  /** What is set up of a session, and does not need one: done when there is one. */
  readonly #settings = new Set<(session: LivekitSession) => void>();
  readonly #queued: QueuedRequest[] = [];
  #session: LivekitSession | null = null;
  #loading = false;
  #ownUserId: string | null = null;

  prepare(url: string): void {
    // Both at once: the session would ask for its library only when it is there itself.
    loadLivekit().catch(() => undefined);
    this.#withSession(async (session) => session.prepare(url)).catch(() => undefined);
  }

  join(access: MediaJoin): Promise<void> {
    return this.#withSession((session) => session.join(access), true);
  }

  async leave(): Promise<void> {
    // Nothing of a call that is over may open a device once the code has come.
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

  /** What is changed in the own picture and sound; null until the session's code is there. */
  get effects(): Effects | null {
    return this.#session?.effects ?? null;
  }

  /**
   * From now on, in this call and the next ones; with `remember` also in later visits of this browser. Settles when it
   * is done, or `effect-failed` is said.
   */
  async setEffects(wish: EffectsWish, options: { remember?: boolean } = {}): Promise<void> {
    if (this.#session) return this.#session.setEffects(wish, options);
    this.#applySetting((session) => void session.setEffects(wish, options));
  }

  async unlockAudio(): Promise<void> {
    await this.#session?.unlockAudio();
  }

  listen(onUpdate: (update: MediaUpdate) => void): () => void {
    // Its own function, so that one listener registered twice is two.
    const listener = (update: MediaUpdate): void => onUpdate(update);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Shows a picture in `element` for as long as there is one, now and whenever it comes, goes or is
   * replaced, until the answer is called. `userId` null (or the own one) is this device's own.
   */
  attachVideo(target: VideoTarget, element: HTMLVideoElement): () => void {
    let release: (() => void) | null = null;
    const undo = this.#applySetting((session) => (release = session.attachVideo(target, element)));
    return () => {
      undo();
      release?.();
    };
  }

  /** How this user's pictures are drawn in every element bound to them. */
  setVideoStyle(userId: string, style: VideoStyle): void {
    this.#applySetting((session) => session.setVideoStyle(userId, style));
  }

  /** Whose device this is, so that the own picture can be asked for by userId before any call. */
  setOwnUser(userId: string | null): void {
    if (this.#ownUserId === userId) return;
    this.#ownUserId = userId;
    this.#session?.setOwnUser(userId);
  }

  /** Now, or when there is a session; the answer takes back what was not done yet. */
  #applySetting(setting: (session: LivekitSession) => void): () => void {
    if (this.#session) setting(this.#session);
    else this.#settings.add(setting);
    return () => this.#settings.delete(setting);
  }

  /** @throws {CallError} media-failed where the code cannot be fetched; the next question tries again. */
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
    const error = new CallError('media-failed', 'the media could not be fetched', {
      cause,
    });
    for (const { fail } of this.#queued.splice(0)) fail(error);
  }

  #emit(update: MediaUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }
}

function cancelledError(): CallError {
  return new CallError('media-failed', 'taken back');
}
