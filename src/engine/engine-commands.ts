import {
  LIMITS,
  type MediaType,
  type CurrentCallAction,
  type PushTarget,
} from '../protocol/index.ts';
import type { IntentResult, RecentPage } from './state/effects.ts';
import { CallError } from './api/call-error.ts';
import type { IntentRequest } from './state/events.ts';
import {
  callIdParameter,
  callIdsParameter,
  groupIdParameter,
  mediaTypeParameter,
  currentCallParameter,
  recentParameters,
  textParameter,
  timeoutParameter,
  userIdsParameter,
} from './api/parameters.ts';
import type { PushDevice, PushOwner, TrackSource } from './api/ports.ts';
import type { CallSnapshot } from './api/snapshot.ts';

/** The options of `calls()`. */
export interface CallOptions {
  /** Starts the call of this group, which proven members of the group may join; at most 64 characters. */
  readonly groupId?: string;
  /** Seconds the call rings, 0 to 600; 0: until it is answered or cancelled. Default: 30. */
  readonly timeout?: number;
  /** Opaque data for the callees; at most 4096 bytes. */
  readonly userData?: string;
  /** `false` begins a video call with the own camera off. Default: true. */
  readonly video?: boolean;
}

/** The options of `acceptWaiting()`. */
export interface WaitingOptions {
  /** What happens to the call this device is in. */
  readonly currentCall: CurrentCallAction;
  /** `false` answers a video call with the camera off. Default: true. */
  readonly video?: boolean;
}

/** The options of `queryRecentCalls()`. */
export interface RecentOptions {
  /** Calls per page, 1 to 50. Default: 20. */
  readonly limit?: number;
  /** The cursor of the previous page; omitted or null: the first page. */
  readonly cursor?: string | null;
}

/** What notifies this device while its page is closed, and for whom. */
export interface PushParts {
  readonly device: PushDevice;
  readonly owner: PushOwner;
  /** '': the server sends no Web Push. */
  readonly serverKey: string;
}

/**
 * The commands of the engine about calls. All promises reject with a CallError: with `not-initialized`
 * before `init()`, and with `signaling-failed` if the server does not acknowledge within 20 s.
 */
export abstract class EngineCommands {
  #accepting: Promise<void> | null = null;

  abstract get state(): CallSnapshot;

  /** @throws {CallError} not-initialized */
  protected abstract request(request: IntentRequest): Promise<IntentResult>;

  /** @throws {CallError} not-initialized | not-supported-here */
  protected abstract push(): PushParts;

  /**
   * Calls one or several users. `state.phase` is `outgoing` at once. Resolves when the server has
   * created the call; rejects with `wrong-state` if it is hung up before that. Two or more users, or a
   * `groupId`, make it a group call.
   *
   * @throws {CallError} invalid-parameter | self-call | wrong-state | repeated-request | blocked | call-full |
   * rate-limited | membership-unknown | signaling-failed | webrtc-not-supported
   *
   * @example
   * const { callId } = await engine.calls('bob', 'video', { timeout: 45 });
   */
  async calls(
    userIds: readonly string[] | string,
    mediaType: MediaType,
    options: CallOptions = {},
  ): Promise<{ callId: string }> {
    const { callId } = await this.request({
      type: 'call',
      userIds: userIdsParameter(userIds, this.state.userId),
      mediaType: mediaTypeParameter(mediaType),
      groupId: groupIdParameter(options.groupId),
      timeout: timeoutParameter(options.timeout),
      userData: textParameter('userData', options.userData ?? '', LIMITS.userDataBytes),
      video: options.video ?? true,
    });
    return { callId: callId ?? '' };
  }

  /**
   * Answers the incoming call. `video: false` answers a video call with the camera off. Resolves when
   * the server has processed the command, also if another device, the caller or the timeout came first:
   * `state` shows the result.
   *
   * @throws {CallError} wrong-state if no call rings | call-not-found | signaling-failed | webrtc-not-supported: the
   * call continues to ring on all devices of the user, unless all have reported that they cannot answer
   */
  accept(options: { readonly video?: boolean } = {}): Promise<void> {
    const accepting = (this.#accepting ??= this.request({
      type: 'accept',
      video: options.video ?? true,
    })
      .then(noop)
      .finally(() => (this.#accepting = null)));
    return accepting;
  }

  /**
   * Rejects the incoming call on all devices of this user. The call ends here at once; the engine
   * repeats the command until the server acknowledges it.
   *
   * @throws {CallError} wrong-state in another call
   */
  async reject(): Promise<void> {
    await this.request({ type: 'reject' });
  }

  /**
   * Stops the ring on this device only.
   *
   * @throws {CallError} wrong-state in another call
   */
  async ignore(): Promise<void> {
    await this.request({ type: 'ignore' });
  }

  /**
   * Leaves or cancels the call, also before the server has acknowledged `calls()`. The call ends here at
   * once, with the duration that this device measured; the engine repeats the command until the server
   * acknowledges it. Without a call on the screen, hangs up the newest call on hold. Without any call,
   * does nothing.
   */
  async hangup(): Promise<void> {
    await this.request({ type: 'hangup' });
  }

  /**
   * Joins a running group call. If this user is in the call on another device, moves it to this device.
   *
   * @throws {CallError} invalid-parameter | wrong-state | call-not-found | not-a-member | call-full |
   * membership-unknown | signaling-failed
   */
  async join(callId: string): Promise<void> {
    await this.request({ type: 'join', callId: callIdParameter(callId) });
  }

  /**
   * Joins the live call of a group to which this user is proven to belong.
   *
   * @throws {CallError} invalid-parameter | wrong-state | call-not-found | not-a-member | call-full |
   * membership-unknown | signaling-failed
   */
  async joinGroup(groupId: string): Promise<void> {
    await this.request({ type: 'join-group', groupId: groupIdParameter(groupId) });
  }

  /**
   * Moves the call that this user is in on another device (`state.elsewhere`) to this device. The call
   * ends there with reason `moved`; the other members get no event.
   *
   * @throws {CallError} wrong-state without such a call, and as `join()`
   */
  async moveHere(): Promise<void> {
    const { elsewhere } = this.state;
    if (elsewhere === null) throw new CallError('wrong-state', 'no call on another device');
    await this.join(elsewhere.callId);
  }

  /**
   * Answers the waiting call (`state.waiting`); the current call ends or is put on hold. Resolves when
   * the server has processed the command. If the waiting call is over by then, the current call stays
   * as it is.
   *
   * @throws {CallError} invalid-parameter | wrong-state | signaling-failed
   */
  async acceptWaiting({ currentCall, video = true }: WaitingOptions): Promise<void> {
    await this.request({
      type: 'accept-waiting',
      currentCall: currentCallParameter(currentCall),
      video,
    });
  }

  /** Rejects the waiting call on all devices of this user. Without one, does nothing. */
  async rejectWaiting(): Promise<void> {
    await this.request({ type: 'reject-waiting' });
  }

  /**
   * Puts the current call on hold, or resumes the newest held one and puts the current call on hold. On
   * hold the device keeps the seat and leaves the media room: microphone and camera close, and nothing
   * of the call is heard. Only an active call can be put on hold.
   *
   * @throws {CallError} wrong-state | signaling-failed
   */
  async holdCall(on: boolean): Promise<void> {
    await this.request({ type: 'hold', on });
  }

  /**
   * Returns a page of the user's own list of ended calls, the newest first.
   *
   * @throws {CallError} invalid-parameter, also for a cursor that is not of a previous page |
   * signaling-failed
   */
  async queryRecentCalls(options: RecentOptions = {}): Promise<RecentPage> {
    const { limit, cursor } = recentParameters(options);
    const { page } = await this.request({ type: 'recent-calls', cursor, limit });
    return page ?? { calls: [], cursor: null };
  }

  /**
   * Deletes calls, at most 50, from the user's own list on all devices; other members keep theirs.
   *
   * @throws {CallError} invalid-parameter | signaling-failed
   */
  async deleteRecentCalls(callIds: readonly string[]): Promise<void> {
    const ids = callIdsParameter(callIds);
    if (ids.length > 0) await this.request({ type: 'delete-recent-calls', callIds: ids });
  }

  /**
   * Invites users into the running call; a 1-to-1 call becomes a group call. `timeout`: seconds the
   * invitation rings, 0 to 600; 0 has no limit. Default: 30.
   *
   * @throws {CallError} invalid-parameter | self-call | wrong-state | call-full | rate-limited |
   * blocked for a user whom the server API has removed from the call | signaling-failed
   */
  async inviteUser(
    userIds: readonly string[] | string,
    options: { readonly timeout?: number } = {},
  ): Promise<void> {
    await this.request({
      type: 'invite',
      userIds: userIdsParameter(userIds, this.state.userId),
      timeout: timeoutParameter(options.timeout),
    });
  }

  /**
   * Changes the media type of the call for all members. A change to `video` opens the camera of this
   * device only; a change to `audio` closes all cameras and shared screens.
   *
   * @throws {CallError} invalid-parameter | wrong-state | signaling-failed
   */
  async switchCallMediaType(mediaType: MediaType): Promise<void> {
    await this.request({ type: 'switch-media-type', mediaType: mediaTypeParameter(mediaType) });
  }

  /**
   * Turns the camera on. Before the call connects, the camera opens as soon as the contract allows it.
   *
   * @throws {CallError} wrong-state without a call or in an audio call | permission-denied |
   * camera-unavailable
   */
  openCamera(): Promise<void> {
    return this.#turnTrack('camera', true);
  }

  /** Turns the camera off. @throws {CallError} wrong-state without a call */
  closeCamera(): Promise<void> {
    return this.#turnTrack('camera', false);
  }

  /**
   * Turns the microphone on.
   *
   * @throws {CallError} wrong-state without a call | permission-denied | microphone-unavailable
   */
  openMicrophone(): Promise<void> {
    return this.#turnTrack('microphone', true);
  }

  /** Turns the microphone off. @throws {CallError} wrong-state without a call */
  closeMicrophone(): Promise<void> {
    return this.#turnTrack('microphone', false);
  }

  /**
   * Opens the browser's picker and shares a screen, window or tab. Must be called in a user gesture.
   *
   * @throws {CallError} wrong-state without a call or in an audio call | permission-denied |
   * screen-share-failed
   */
  startScreenShare(): Promise<void> {
    return this.#turnTrack('screen', true);
  }

  /** Stops sharing. @throws {CallError} wrong-state without a call */
  stopScreenShare(): Promise<void> {
    return this.#turnTrack('screen', false);
  }

  /**
   * Connects media again at once, after the error `media-failed`; otherwise the engine tries every 2 s. Resolves
   * immediately: `state` shows the result. Does nothing while media is connected.
   *
   * @throws {CallError} wrong-state without a call
   */
  async retryMedia(): Promise<void> {
    await this.request({ type: 'retry-media' });
  }

  /**
   * Lets this browser show a notification with its service worker when a call rings, also while no page is open. Asks
   * for the permission, which needs a user gesture, unless it is granted already. Lasts until the user signs out or
   * another one signs in, or the userSig expires. `vapidKey`: that of the server, which is the default.
   *
   * @throws {CallError} not-initialized | wrong-state without a user gesture | permission-denied | not-supported-here |
   * invalid-parameter | signaling-failed, also if the push service of the browser does not answer
   */
  async subscribeToPush(vapidKey?: string): Promise<void> {
    const { device, owner, serverKey } = this.push();
    await this.setPushTarget(await device.subscribe(owner, serverKey, vapidKey));
  }

  /**
   * Registers a token of a native shell: the callbacks `push.ring` and `push.ring-over` name it, and the back end sends
   * the notification. `platform` is a name that the page chooses, such as `apns` or `fcm`.
   *
   * @throws {CallError} not-initialized | not-supported-here | invalid-parameter | signaling-failed
   */
  async registerDeviceToken(platform: string, token: string): Promise<void> {
    const { device, owner } = this.push();
    await this.setPushTarget(await device.remember(owner, platform, token));
  }

  protected async setPushTarget(target: PushTarget): Promise<void> {
    const { device, owner } = this.push();
    try {
      await this.request({ type: 'set-push-target', target, on: true });
    } catch (cause) {
      if (!(cause instanceof CallError && cause.retryable)) device.forget(owner);
      throw cause;
    }
  }

  async #turnTrack(source: TrackSource, on: boolean): Promise<void> {
    await this.request({ type: 'turn-track', source, on });
  }
}

const noop = (): void => undefined;
