import { LIMITS } from '../protocol/index.ts';
import type { IntentResult } from './state/effects.ts';
import { CallError } from './api/call-error.ts';
import { toCallError } from './runtime/effect-runner.ts';
import { EngineCommands } from './engine-commands.ts';
import { EngineSession, type Credentials } from './runtime/engine-session.ts';
import { EngineStore, type IntentRequest } from './runtime/engine-store.ts';
import type { DeviceKind, Notification, TUICallObserver } from './api/observer.ts';
import { notifyObserver } from './runtime/notify-observer.ts';
import {
  deviceKindParameter,
  encoderParameter,
  serverParameter,
  textParameter,
  userIdParameter,
  userSigParameter,
} from './api/parameters.ts';
import type { EnginePorts, VideoEncoderParams } from './api/ports.ts';
import type { CallSnapshot, DeviceList } from './api/snapshot.ts';

export interface InitOptions {
  readonly server: string;
  readonly userId: string;
  readonly userSig: string;
  readonly nickname?: string;
  readonly avatar?: string;
}

/** How long destroy() waits for the server to take the last hangup. */
const FLUSH_TIMEOUT_MS = 2000;

/**
 * Calls without a user interface: signs one user in, rings others, is rung, holds the media of one
 * call at a time. What is true is `state`; what happens is told to observers. Every promise rejects
 * with a CallError.
 */
export class CallEngine extends EngineCommands {
  readonly #ports: EnginePorts;
  readonly #store: EngineStore;
  readonly #observers = new Map<TUICallObserver, () => void>();
  #session: EngineSession | null = null;
  #release: (() => void) | null = null;
  #ready: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  /** Counts init() and destroy(): an init() that was overtaken must not go on. */
  #generation = 0;

  constructor(ports: EnginePorts) {
    super();
    this.#ports = ports;
    this.#store = new EngineStore(ports.clock, ports.randomId, ports.logger);
  }

  /** One immutable value; `===` tells whether anything changed. */
  override get state(): CallSnapshot {
    return this.#store.snapshot;
  }

  /** Calls back after each change of `state`. The answer ends that. */
  subscribe(listener: (state: CallSnapshot) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Every observer callback as a value, in order, after `state` has changed. */
  listen(listener: (notification: Notification) => void): () => void {
    return this.#store.listen(listener);
  }

  addObserver(observer: TUICallObserver): void {
    if (this.#observers.has(observer)) return;
    const remove = this.#store.listen((notification) => notifyObserver(observer, notification));
    this.#observers.set(observer, remove);
  }

  removeObserver(observer: TUICallObserver): void {
    this.#observers.get(observer)?.();
    this.#observers.delete(observer);
  }

  /**
   * Signs in; settles when the server's state is known here. When the server cannot be reached, it
   * rejects after 10 s and goes on trying: `state.connection` tells when it got through. With the same
   * user and server as before, only what is new is passed on (userSig, nickname, avatar); with others,
   * the former user is signed out first.
   *
   * @throws {CallError} invalid-parameter | user-sig-invalid | user-sig-expired | origin-refused |
   * not-supported-here | kicked-offline | signaling-failed
   */
  async init(options: InitOptions): Promise<void> {
    const credentials = parseSignIn(options);
    const nickname = optionalText('nickname', options.nickname, LIMITS.nicknameBytes);
    const avatar = optionalText('avatar', options.avatar, LIMITS.avatarBytes);
    if (this.#isSignedIn(credentials)) return this.#updateSignIn(credentials, nickname, avatar);
    const generation = (this.#generation += 1);
    await this.#close();
    this.#ready = this.#start(credentials, nickname, avatar, generation);
    return this.#ready;
  }

  /**
   * Signs out and releases everything: connection, media, timers. The calls that this device has joined, also
   * those on hold, are hung up; a ring goes on on the user's other devices. Observers get the terminal event of each
   * call before this method returns its promise, with reason `signed-out` where the call rang. Observers and
   * subscribers stay. The promise settles when the server has acknowledged the hangups, after at most 2 s.
   */
  destroy(): Promise<void> {
    this.#generation += 1;
    return this.#close();
  }

  #close(): Promise<void> {
    this.#closing ??= this.#destroy().finally(() => (this.#closing = null));
    return this.#closing;
  }

  /**
   * @throws {CallError} invalid-parameter | user-sig-invalid | user-sig-expired | signaling-failed |
   * kicked-offline: a session that was put out comes back by init() only.
   */
  async renewUserSig(userSig: string): Promise<void> {
    const renewed = userSigParameter(userSig);
    const session = this.#signedIn();
    await session.renew(renewed, () => this.request({ type: 'renew-user-sig', userSig: renewed }));
  }

  async setSelfInfo(nickname: string, avatar: string): Promise<void> {
    await this.request({
      type: 'set-self-info',
      nickname: textParameter('nickname', nickname, LIMITS.nicknameBytes),
      avatar: textParameter('avatar', avatar, LIMITS.avatarBytes),
    });
  }

  /** Takes an ended call and an error off the screen. Never rejects. */
  async dismiss(): Promise<void> {
    if (this.#session !== null) await this.#store.request({ type: 'dismiss' }).catch(nothing);
  }

  /** Front ↔ back. @throws {CallError} not-supported-here */
  async switchCamera(): Promise<void> {
    await this.#media((media) => media.switchCamera(), 'camera-unavailable');
  }

  /** @throws {CallError} device-list-failed */
  async getDevices(): Promise<DeviceList> {
    const devices = await this.#media((media) => media.listDevices(), 'device-list-failed');
    this.#store.dispatch({ type: 'devices-listed', devices });
    return devices;
  }

  /** @throws {CallError} invalid-parameter | device-list-failed | permission-denied */
  async selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    const parsed = deviceKindParameter(kind);
    const id = textParameter('deviceId', deviceId, 1024);
    await this.#media((media) => media.selectDevice(parsed, id), 'device-list-failed');
  }

  async setVideoEncoderParams(params: VideoEncoderParams): Promise<void> {
    const parsed = encoderParameter(params);
    await this.#media((media) => media.setVideoEncoder(parsed), 'camera-unavailable');
  }

  /** To be called inside a tap: plays the others' sound where the browser kept it back. */
  async unlockAudio(): Promise<void> {
    await this.#media((media) => media.unlockAudio(), 'media-failed');
  }

  protected override async request(request: IntentRequest): Promise<IntentResult> {
    this.#signedIn();
    if (NEEDS_MEDIA.has(request.type) && !this.#ports.media.isSupported()) {
      throw new CallError('webrtc-not-supported');
    }
    return this.#store.request(request);
  }

  #signedIn(): EngineSession {
    if (this.#session === null || this.#closing !== null) throw new CallError('not-initialized');
    return this.#session;
  }

  async #media<T>(
    work: (media: EnginePorts['media']) => Promise<T>,
    failure: CallError['name'],
  ): Promise<T> {
    this.#signedIn();
    try {
      return await work(this.#ports.media);
    } catch (cause) {
      throw toCallError(cause, failure);
    }
  }

  #isSignedIn({ server, userId }: Credentials): boolean {
    const session = this.#session;
    const { connection } = this.#store.state;
    // Kicked by a newer session: coming back takes a whole new start.
    if (connection.status === 'off' && connection.error?.name === 'kicked-offline') return false;
    const same = session !== null && session.server === server && session.userId === userId;
    return same && this.#closing === null;
  }

  async #updateSignIn(
    { userSig }: Credentials,
    nickname: string | null,
    avatar: string | null,
  ): Promise<void> {
    const session = this.#signedIn();
    const off = this.#store.state.connection.status === 'off';
    if (off || userSig !== session.userSig) await this.renewUserSig(userSig);
    else await this.#ready;
    const { state } = this;
    const name = nickname ?? state.nickname;
    const picture = avatar ?? state.avatar;
    if (name !== state.nickname || picture !== state.avatar) await this.setSelfInfo(name, picture);
  }

  async #start(
    credentials: Credentials,
    nickname: string | null,
    avatar: string | null,
    generation: number,
  ): Promise<void> {
    this.#throwIfSuperseded(generation);
    const { server, userId } = credentials;
    const { sessionId, release } = await this.#ports.page.acquireSession(server, userId);
    this.#throwIfSuperseded(generation, release);
    this.#release = release;
    const session = new EngineSession(this.#ports, this.#store, credentials, sessionId);
    this.#session = session;
    await this.#store.request({
      type: 'init',
      userId,
      nickname,
      avatar,
      ...session.loadPersisted(),
    });
  }

  #throwIfSuperseded(generation: number, release: () => void = nothing): void {
    if (generation === this.#generation) return;
    release();
    throw new CallError('not-initialized', 'init() was overtaken');
  }

  async #destroy(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const { connection } = this.state;
    await this.#store.request({ type: 'sign-out' });
    if (!session.signal.isFlushed && connection === 'connected') {
      await session.signal.whenFlushed(FLUSH_TIMEOUT_MS);
    }
    if (!session.signal.isFlushed) session.sendLeave();
    await session.close();
    this.#session = null;
    this.#ready = null;
    this.#release?.();
    this.#release = null;
    this.#store.reset();
  }
}

/** Refused on a device that cannot take part in a call, before the server knows of them. */
const NEEDS_MEDIA: ReadonlySet<IntentRequest['type']> = new Set([
  'call',
  'accept',
  'accept-waiting',
  'join',
  'join-group',
]);

const nothing = (): void => undefined;

function parseSignIn({ server, userId, userSig }: InitOptions): Credentials {
  return {
    server: serverParameter(server),
    userId: userIdParameter('userId', userId),
    userSig: userSigParameter(userSig),
  };
}

function optionalText(name: string, value: string | undefined, maxBytes: number): string | null {
  return value === undefined ? null : textParameter(name, value, maxBytes);
}
