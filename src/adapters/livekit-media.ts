import { CallError } from '../engine/call-error.ts';
import type { DeviceKind } from '../engine/observer.ts';
import type {
  MediaFact,
  MediaJoin,
  MediaSession,
  TrackSource,
  VideoEncoderParams,
} from '../engine/ports.ts';
import type { DeviceList } from '../engine/snapshot.ts';
import { loadLivekit } from './livekit-library.ts';
import type { VideoLook, VideoTarget } from './livekit-pictures.ts';
import type { LivekitSession } from './livekit-session.ts';

/** Asked for before the session's code was there. */
interface Early {
  readonly act: (session: LivekitSession) => void;
  readonly fail: (error: CallError) => void;
  /** Means nothing any more once the call is left. */
  readonly ofCall: boolean;
}

/**
 * MediaSession on LiveKit, whose code is fetched with the first ring, call or question about devices:
 * a page before its first call carries only this. What is asked meanwhile is done in the order of
 * asking; from then on everything is passed on at once, within the user's own gesture.
 */
export class LivekitMedia implements MediaSession {
  readonly #listeners = new Set<(fact: MediaFact) => void>();
  /** What is set up of a session, and does not need one: done when there is one. */
  readonly #settings = new Set<(session: LivekitSession) => void>();
  readonly #waiting: Early[] = [];
  #session: LivekitSession | null = null;
  #loading = false;
  #ownUserId: string | null = null;

  prepare(url: string): void {
    // Both at once: the session would ask for its library only when it is there itself.
    loadLivekit().catch(() => undefined);
    this.#ask(async (session) => session.prepare(url)).catch(() => undefined);
  }

  join(access: MediaJoin): Promise<void> {
    return this.#ask((session) => session.join(access), true);
  }

  async leave(): Promise<void> {
    // Nothing of a call that is over may open a device once the code has come.
    const early = this.#waiting.splice(0);
    this.#waiting.push(...early.filter(({ ofCall }) => !ofCall));
    for (const { fail, ofCall } of early) if (ofCall) fail(takenBack());
    await this.#session?.leave();
  }

  setTrack(source: TrackSource, on: boolean): Promise<void> {
    return this.#ask((session) => session.setTrack(source, on), true);
  }

  selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    return this.#ask((session) => session.selectDevice(kind, deviceId));
  }

  switchCamera(): Promise<void> {
    return this.#ask((session) => session.switchCamera());
  }

  listDevices(): Promise<DeviceList> {
    return this.#ask((session) => session.listDevices());
  }

  async setVideoEncoder(params: VideoEncoderParams): Promise<void> {
    if (this.#session) return this.#session.setVideoEncoder(params);
    this.#set((session) => void session.setVideoEncoder(params));
  }

  async unlockAudio(): Promise<void> {
    await this.#session?.unlockAudio();
  }

  listen(onFact: (fact: MediaFact) => void): () => void {
    // Its own function, so that one listener registered twice is two.
    const listener = (fact: MediaFact): void => onFact(fact);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Shows a picture in `element` for as long as there is one, now and whenever it comes, goes or is
   * replaced, until the answer is called. `userId` null (or the own one) is this device's own.
   */
  attachVideo(target: VideoTarget, element: HTMLVideoElement): () => void {
    let release: (() => void) | null = null;
    const undo = this.#set((session) => (release = session.attachVideo(target, element)));
    return () => {
      undo();
      release?.();
    };
  }

  /** How this user's pictures are drawn in every element bound to them. */
  setVideoLook(userId: string, look: VideoLook): void {
    this.#set((session) => session.setVideoLook(userId, look));
  }

  /** Whose device this is, so that the own picture can be asked for by userId before any call. */
  setOwnUser(userId: string | null): void {
    if (this.#ownUserId === userId) return;
    this.#ownUserId = userId;
    this.#session?.setOwnUser(userId);
  }

  /** Now, or when there is a session; the answer takes back what was not done yet. */
  #set(setting: (session: LivekitSession) => void): () => void {
    if (this.#session) setting(this.#session);
    else this.#settings.add(setting);
    return () => this.#settings.delete(setting);
  }

  /** @throws {CallError} media-failed where the code cannot be fetched; the next question tries again. */
  #ask<T>(act: (session: LivekitSession) => Promise<T>, ofCall = false): Promise<T> {
    if (this.#session) return act(this.#session);
    this.#load();
    return new Promise((resolve, reject) => {
      const early = (session: LivekitSession): void => void act(session).then(resolve, reject);
      this.#waiting.push({ act: early, fail: reject, ofCall });
    });
  }

  #load(): void {
    if (this.#loading) return;
    this.#loading = true;
    import('./livekit-session.ts').then(
      ({ LivekitSession: Session }) => this.#start(new Session((fact) => this.#say(fact))),
      (cause: unknown) => this.#onUnreachable(cause),
    );
  }

  #start(session: LivekitSession): void {
    this.#session = session;
    session.setOwnUser(this.#ownUserId);
    for (const setting of this.#settings) setting(session);
    this.#settings.clear();
    for (const { act } of this.#waiting.splice(0)) act(session);
  }

  #onUnreachable(cause: unknown): void {
    this.#loading = false;
    const error = new CallError('media-failed', 'the media could not be fetched', {
      cause,
    });
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }

  #say(fact: MediaFact): void {
    for (const listener of this.#listeners) listener(fact);
  }
}

function takenBack(): CallError {
  return new CallError('media-failed', 'taken back');
}
