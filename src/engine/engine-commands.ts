import { LIMITS, type MediaType, type CurrentCallAction } from '../protocol/index.ts';
import type { IntentResult, RecentPage } from './state/effects.ts';
import { CallError } from './api/call-error.ts';
import type { IntentRequest } from './runtime/engine-store.ts';
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
import type { TrackSource } from './api/ports.ts';
import type { CallSnapshot } from './api/snapshot.ts';

export interface CallOptions {
  /** Makes it a call of that group, which the group's members may join. */
  readonly groupId?: string;
  /** Seconds the call rings; 0: until answered or cancelled. 30 by default. */
  readonly timeout?: number;
  /** Handed to the callees as it is; at most 4 KB. */
  readonly userData?: string;
}

export interface WaitingOptions {
  /** What becomes of the call this device is in. */
  readonly currentCall: CurrentCallAction;
  /** false answers a video call with the camera off. */
  readonly video?: boolean;
}

export interface RecentOptions {
  /** Calls on the page; 20 by default, at most 50. */
  readonly limit?: number;
  /** Of the page before; none: the first page. */
  readonly cursor?: string | null;
}

/** What can be asked of the engine about calls. Every promise rejects with a CallError. */
export abstract class EngineCommands {
  #accepting: Promise<void> | null = null;

  abstract get state(): CallSnapshot;

  /** @throws {CallError} not-initialized */
  protected abstract request(request: IntentRequest): Promise<IntentResult>;

  /**
   * Rings one user or several. `state.phase` is `outgoing` at once; settles when the server has the
   * call. Rejects with `wrong-state` when hung up before that.
   *
   * @throws {CallError} invalid-parameter | self-call | wrong-state | repeated-request | blocked | call-full |
   * rate-limited | signaling-failed | webrtc-not-supported
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
    });
    return { callId: callId ?? '' };
  }

  /**
   * Answers the ring. `video: false` answers a video call with the camera off. Settles with the
   * server's answer, also when another device, the caller or the clock was faster: `state` tells.
   *
   * @throws {CallError} webrtc-not-supported: this device goes on ringing, and so do the user's others.
   */
  accept(options: { readonly video?: boolean } = {}): Promise<void> {
    const accepting = (this.#accepting ??= this.request({
      type: 'accept',
      video: options.video ?? true,
    })
      .then(nothing)
      .finally(() => (this.#accepting = null)));
    return accepting;
  }

  /** Declines the ring on all devices of this user. */
  async reject(): Promise<void> {
    await this.request({ type: 'reject' });
  }

  /** Stops ringing here; the call goes on ringing elsewhere. */
  async ignore(): Promise<void> {
    await this.request({ type: 'ignore' });
  }

  /**
   * Leaves the call, or takes it back, even before the server has answered `calls()`. Over here at
   * once (`onCallEnd` with this device's measure of the time); the server is told for as long as it
   * takes. With none on the screen, the newest call on
   * hold is hung up; without any call it does nothing.
   */
  async hangup(): Promise<void> {
    await this.request({ type: 'hangup' });
  }

  /** @throws {CallError} invalid-parameter | wrong-state | call-not-found | not-a-member | call-full */
  async join(callId: string): Promise<void> {
    await this.request({ type: 'join', callId: callIdParameter(callId) });
  }

  /**
   * Comes into the running call of a group that this user is proven to belong to.
   *
   * @throws {CallError} invalid-parameter | wrong-state | call-not-found | not-a-member | call-full
   */
  async joinGroup(groupId: string): Promise<void> {
    await this.request({ type: 'join-group', groupId: groupIdParameter(groupId) });
  }

  /**
   * Takes the call over that this user is in on another device; that device is told (`onCallEnd`,
   * reason `moved`), the others in the call see nothing of it.
   *
   * @throws {CallError} wrong-state when there is none.
   */
  async moveHere(): Promise<void> {
    const { elsewhere } = this.state;
    if (elsewhere === null) throw new CallError('wrong-state', 'no call on another device');
    await this.join(elsewhere.callId);
  }

  /**
   * Answers the call that waits (`state.waiting`): the one this device is in ends, or is put on hold.
   * Settles with the server's answer, also when that call was over by then: the running one stays as it
   * is in that case.
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

  /** Declines the call that waits, on all devices of this user. */
  async rejectWaiting(): Promise<void> {
    await this.request({ type: 'reject-waiting' });
  }

  /**
   * Puts the call on hold, or takes the newest held one up again (the running one is held instead).
   * On hold a call stays this device's; microphone and camera are closed and nothing of it is heard.
   *
   * @throws {CallError} wrong-state | signaling-failed
   */
  async holdCall(on: boolean): Promise<void> {
    await this.request({ type: 'hold', on });
  }

  /**
   * The user's own list of calls that are over, the newest first, page by page.
   *
   * @throws {CallError} invalid-parameter for a cursor that no page gave.
   */
  async queryRecentCalls(options: RecentOptions = {}): Promise<RecentPage> {
    const { limit, cursor } = recentParameters(options);
    const { page } = await this.request({ type: 'recent-calls', cursor, limit });
    return page ?? { calls: [], cursor: null };
  }

  /** Takes calls out of the user's own list, on all their devices; the others keep theirs. */
  async deleteRecentCalls(callIds: readonly string[]): Promise<void> {
    const ids = callIdsParameter(callIds);
    if (ids.length > 0) await this.request({ type: 'delete-recent-calls', callIds: ids });
  }

  /** Invites into the running call; a 1-1 call becomes a group call. */
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

  /** For everyone in the call. Towards video, only this device opens its camera. */
  async switchCallMediaType(mediaType: MediaType): Promise<void> {
    await this.request({ type: 'switch-media-type', mediaType: mediaTypeParameter(mediaType) });
  }

  /** @throws {CallError} wrong-state | permission-denied | camera-unavailable */
  openCamera(): Promise<void> {
    return this.#turnTrack('camera', true);
  }

  closeCamera(): Promise<void> {
    return this.#turnTrack('camera', false);
  }

  /** @throws {CallError} wrong-state | permission-denied | microphone-unavailable */
  openMicrophone(): Promise<void> {
    return this.#turnTrack('microphone', true);
  }

  closeMicrophone(): Promise<void> {
    return this.#turnTrack('microphone', false);
  }

  /** @throws {CallError} wrong-state | permission-denied | screen-share-failed */
  startScreenShare(): Promise<void> {
    return this.#turnTrack('screen', true);
  }

  stopScreenShare(): Promise<void> {
    return this.#turnTrack('screen', false);
  }

  async #turnTrack(source: TrackSource, on: boolean): Promise<void> {
    await this.request({ type: 'turn-track', source, on });
  }
}

const nothing = (): void => undefined;
