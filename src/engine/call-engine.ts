import { LIMITS } from '../protocol/index.ts';
import { isSignInGivenUp } from './state/connection-state.ts';
import type { IntentResult } from './state/effects.ts';
import { CallError } from './api/call-error.ts';
import type { InitOptions } from './api/init-options.ts';
import { toCallError } from './runtime/effect-runner.ts';
import { EngineCommands, type PushParts } from './engine-commands.ts';
import { EngineSession, parseCredentials, type Credentials } from './runtime/engine-session.ts';
import { EngineStore } from './runtime/engine-store.ts';
import type { IntentRequest } from './state/events.ts';
import type { DeviceKind, Notification, TUICallObserver } from './api/observer.ts';
import { notifyObserver } from './runtime/notify-observer.ts';
import {
  deviceKindParameter,
  encoderParameter,
  optionalText,
  textParameter,
  userSigParameter,
} from './api/parameters.ts';
import type {
  EffectCheck,
  EffectOptions,
  MediaEffectChanges,
  MediaEffects,
} from './api/media-effects.ts';
import type { EnginePorts, VideoEncoderParams } from './api/ports.ts';
import type { CallSnapshot, DeviceList } from './api/snapshot.ts';

/** How long `destroy()` waits until the server has acknowledged pending hangups. */
const FLUSH_TIMEOUT_MS = 2000;

/**
 * The client without UI. Signs one user in, makes and receives calls, and connects the media of one
 * call at a time. `state` is the current state; observers receive events. All promises reject with a
 * CallError. docs/engine.md shows the whole use.
 */
export class CallEngine extends EngineCommands {
  readonly #ports: EnginePorts;
  readonly #store: EngineStore;
  readonly #observers = new Map<TUICallObserver, () => void>();
  #session: EngineSession | null = null;
  #release: (() => void) | null = null;
  #ready: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  /** Counts calls of `init()` and `destroy()`: a superseded `init()` stops. */
  #generation = 0;

  constructor(ports: EnginePorts) {
    super();
    this.#ports = ports;
    this.#store = new EngineStore(ports.clock, ports.randomId, ports.logger);
  }

  /** The current state: one immutable value, compared with `===`. */
  override get state(): CallSnapshot {
    return this.#store.snapshot;
  }

  /** Calls `listener` after each change of `state`. Returns a function that removes the listener. */
  subscribe(listener: (state: CallSnapshot) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /**
   * Passes each observer callback to `listener` as data, in order, after `state` has changed. Returns a
   * function that removes the listener.
   */
  listen(listener: (notification: Notification) => void): () => void {
    return this.#store.listen(listener);
  }

  /**
   * Registers an object with callbacks. The engine calls them in order, after `state` has changed.
   * Registering the same object again has no effect. An exception in a callback is logged.
   *
   * @example
   * engine.addObserver({
   *   onCallReceived: (callerId, calleeIdList, groupId, callMediaType, info) => {
   *     console.log(`${callerId} calls (${callMediaType}), call ${info.callId}`);
   *   },
   *   onCallEnd: (roomId, callMediaType, callRole, totalTime) => {
   *     console.log(`talked for ${totalTime} ms`);
   *   },
   * });
   */
  addObserver(observer: TUICallObserver): void {
    if (this.#observers.has(observer)) return;
    const remove = this.#store.listen((notification) => notifyObserver(observer, notification));
    this.#observers.set(observer, remove);
  }

  /** Removes an observer that was registered with `addObserver()`. */
  removeObserver(observer: TUICallObserver): void {
    this.#observers.get(observer)?.();
    this.#observers.delete(observer);
  }

  /**
   * Signs a user in. Resolves when the state of this device is in sync with the server. If the server
   * cannot be reached, rejects after 10 s with `signaling-failed` and continues to connect;
   * `state.connection` shows the result. For the same user and server, passes on only a new userSig,
   * nickname or avatar. For another user or server, signs the previous user out first.
   *
   * @throws {CallError} invalid-parameter | user-sig-invalid | user-sig-expired | origin-refused |
   * not-supported-here | kicked-offline | signaling-failed; not-initialized if a later `init()` or
   * `destroy()` supersedes this call.
   *
   * @example
   * await engine.init({
   *   server: 'https://calls.example',
   *   userId: 'alice',
   *   userSig: await fetchUserSig(),
   * });
   */
  async init(options: InitOptions): Promise<void> {
    const credentials = parseCredentials(options);
    const nickname = optionalText('nickname', options.nickname, LIMITS.nicknameBytes);
    const avatar = optionalText('avatar', options.avatar, LIMITS.avatarBytes);
    if (this.#isSignedIn(credentials)) return this.#updateSignIn(credentials, nickname, avatar);
    const generation = (this.#generation += 1);
    await this.#close();
    this.#ready = this.#start(credentials, nickname, avatar, generation);
    return this.#ready;
  }

  /**
   * Signs out and releases connection, media and timers. Hangs up the calls that this device has joined,
   * also those on hold; a ring continues on the user's other devices. Observers get the terminal event
   * of each call before this method returns its promise, with reason `signed-out` if the call rang.
   * Observers and subscribers stay registered. The promise resolves when the server has acknowledged the
   * hangups, after at most 2 s.
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
   * Replaces the userSig of the session. Resolves when the server has accepted it, or at once while a sign-in
   * is pending or the engine reconnects: the next handshake carries it.
   *
   * @throws {CallError} not-initialized | invalid-parameter | user-sig-invalid | user-sig-expired |
   * signaling-failed | kicked-offline: only `init()` signs in again after a kick.
   */
  async renewUserSig(userSig: string): Promise<void> {
    const renewed = userSigParameter(userSig);
    const session = this.#signedIn();
    const isSignIn = isSignInGivenUp(this.#store.state);
    const done = session.renew(renewed, () =>
      this.request({ type: 'renew-user-sig', userSig: renewed }),
    );
    if (isSignIn) this.#ready = done;
    return done;
  }

  /**
   * Sets nickname and avatar (an https URL) of this user; at most 500 bytes each.
   *
   * @throws {CallError} not-initialized | invalid-parameter | signaling-failed
   */
  async setSelfInfo(nickname: string, avatar: string): Promise<void> {
    await this.request({
      type: 'set-self-info',
      nickname: textParameter('nickname', nickname, LIMITS.nicknameBytes),
      avatar: textParameter('avatar', avatar, LIMITS.avatarBytes),
    });
  }

  /** Ends phase `ended` and clears `state.error`. Never rejects. */
  async dismiss(): Promise<void> {
    if (this.#session !== null) await this.#store.request({ type: 'dismiss' }).catch(noop);
  }

  /**
   * Switches between front and back camera.
   *
   * @throws {CallError} not-initialized | not-supported-here | camera-unavailable
   */
  async switchCamera(): Promise<void> {
    await this.#media((media) => media.switchCamera(), 'camera-unavailable');
  }

  /**
   * Lists the media devices of the browser and updates `state.devices`. Labels are empty until the user
   * has granted access.
   *
   * @throws {CallError} not-initialized | device-list-failed
   */
  async getDevices(): Promise<DeviceList> {
    const devices = await this.#media((media) => media.listDevices(), 'device-list-failed');
    this.#store.dispatch({ type: 'devices-listed', devices });
    return devices;
  }

  /**
   * Selects a microphone, camera or speaker, in a running call too. `deviceId` is one of
   * `state.devices`.
   *
   * @throws {CallError} not-initialized | invalid-parameter | device-list-failed | permission-denied
   */
  async selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    const parsed = deviceKindParameter(kind);
    const id = textParameter('deviceId', deviceId, 1024);
    await this.#media((media) => media.selectDevice(parsed, id), 'device-list-failed');
  }

  /**
   * Limits resolution and frame rate of the video that this device sends.
   *
   * @throws {CallError} not-initialized | invalid-parameter | camera-unavailable
   */
  async setVideoEncoderParams(params: VideoEncoderParams): Promise<void> {
    const parsed = encoderParameter(params);
    await this.#media((media) => media.setVideoEncoder(parsed), 'camera-unavailable');
  }

  /**
   * The effects on the own picture and sound, without those that could not run; null until the first call or ring
   * has loaded the media code.
   */
  get effects(): MediaEffects | null {
    return this.#ports.media.effects;
  }

  /**
   * Changes effects on the own picture and sound, in this call and in later ones; also before `init()`. Values out of
   * range become the nearest valid ones. Resolves when what is sent has the effects, or `onEffectFailed` was called:
   * then it is sent without them. Never rejects.
   *
   * @example
   * await engine.setEffects({ background: 'blur', noiseSuppression: 'strong' }, { remember: true });
   */
  async setEffects(changes: MediaEffectChanges, options: EffectOptions = {}): Promise<void> {
    await this.#ports.media.setEffects(changes, options);
  }

  /**
   * Tests, before or in a call, which effects can run on this device: the reason why not by effect, or null. Opens no
   * device. Whether the device is fast enough shows only when an effect runs.
   *
   * @throws {CallError} not-initialized | media-failed if the code of the test cannot be loaded
   */
  checkEffects(): Promise<EffectCheck> {
    return this.#media((media) => media.checkEffects(), 'media-failed');
  }

  /**
   * Plays remote audio that the browser has blocked (`state.audioBlocked`). Must be called in a user
   * gesture.
   *
   * @throws {CallError} not-initialized | media-failed
   */
  async unlockAudio(): Promise<void> {
    await this.#media((media) => media.unlockAudio(), 'media-failed');
  }

  /**
   * Turns the sound of all other members off or on, on this device only. The end of the call turns it on.
   *
   * @throws {CallError} not-initialized | media-failed
   */
  async muteRemoteAudio(on: boolean): Promise<void> {
    await this.#media((media) => media.muteRemoteAudio(on), 'media-failed');
  }

  protected override async request(request: IntentRequest): Promise<IntentResult> {
    this.#signedIn();
    if (NEEDS_MEDIA.has(request.type) && !this.#ports.media.isSupported()) {
      if (request.type === 'accept' || request.type === 'accept-waiting')
        await this.#store.request({ type: 'report-unanswerable' }).catch(noop);
      throw new CallError('webrtc-not-supported');
    }
    return this.#store.request(request);
  }

  /** Whether the call server sends Web Push: `subscribeToPush()` can succeed. False before `init()` has resolved. */
  get isPushOffered(): boolean {
    return this.#store.state.server.vapidKey !== '';
  }

  protected override push(): PushParts {
    const owner = this.#signedIn();
    const { push: device } = this.#ports;
    if (device === undefined) throw new CallError('not-supported-here');
    return { device, owner, serverKey: this.#store.state.server.vapidKey };
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
    // A kicked session needs a new start.
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
    if (isSignInGivenUp(this.#store.state) || userSig !== session.userSig)
      await this.renewUserSig(userSig);
    if (this.#store.state.connection.status === 'connecting') await this.#ready;
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
    const restored = this.#ports.push?.restore(session);
    await this.#store.request({
      type: 'init',
      userId,
      nickname,
      avatar,
      ...session.loadPersisted(),
    });
    // The server keeps what it knows of the device if this fails.
    restored?.then((target) => target && this.setPushTarget(target)).catch(noop);
  }

  #throwIfSuperseded(generation: number, release: () => void = noop): void {
    if (generation === this.#generation) return;
    release();
    throw new CallError('not-initialized', 'superseded by a later init() or destroy()');
  }

  async #destroy(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const { connection } = this.state;
    session.forgetPush();
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

const noop = (): void => undefined;
