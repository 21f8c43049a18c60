import { ReactiveElement } from '@lit/reactive-element';
import type { RecentPage } from '../../src/engine/state/effects.ts';
import type { RecentOptions, WaitingOptions } from '../../src/engine/engine-commands.ts';
import { CallError } from '../../src/engine/api/call-error.ts';
import type { DeviceKind } from '../../src/engine/api/observer.ts';
import type { VideoEncoderParams } from '../../src/engine/api/ports.ts';
import type { DeviceList } from '../../src/engine/api/snapshot.ts';
import type { MediaType } from '../../src/protocol/index.ts';
import type { CallOptions, ElementEngine } from './session/dependencies.ts';

/**
 * What a page can ask of `<tui-call>`: the engine's commands as methods of the element. Every promise
 * rejects with a CallError; `not-initialized` while the element is in no document.
 */
export abstract class CallCommands extends ReactiveElement {
  /** @throws {CallError} not-initialized */
  protected abstract engine(): ElementEngine;

  /** Rings these users. `before-call` can stop it: then it rejects with wrong-state. */
  async calls(
    userIds: readonly string[],
    mediaType: MediaType,
    options: CallOptions = {},
  ): Promise<{ callId: string }> {
    const engine = this.engine();
    this.#emitCancelable('before-call', { userIds, mediaType, groupId: options.groupId ?? '' });
    return engine.calls(userIds, mediaType, options);
  }

  async accept(options: { video?: boolean } = {}): Promise<void> {
    return this.engine().accept(options);
  }

  async reject(): Promise<void> {
    return this.engine().reject();
  }

  /** Silences the ring on this device only; the others go on ringing. */
  async ignore(): Promise<void> {
    return this.engine().ignore();
  }

  /** Leaves the call, or takes it back. `before-hangup` can stop it: then it rejects with wrong-state. */
  async hangup(): Promise<void> {
    const engine = this.engine();
    this.#emitCancelable('before-hangup', { callId: engine.state.callId ?? '' });
    return engine.hangup();
  }

  /** Puts away what is shown of an ended call, or of an error. */
  async dismiss(): Promise<void> {
    return this.engine().dismiss();
  }

  async join(callId: string): Promise<void> {
    return this.engine().join(callId);
  }

  /** Comes into the running call of this group. */
  async joinGroup(groupId: string): Promise<void> {
    return this.engine().joinGroup(groupId);
  }

  /** Takes the call over that this user is in on another device (`state.elsewhere`). */
  async moveHere(): Promise<void> {
    return this.engine().moveHere();
  }

  /** Answers the call that waits (`state.waiting`): the running one ends, or is put on hold. */
  async acceptWaiting(options: WaitingOptions): Promise<void> {
    return this.engine().acceptWaiting(options);
  }

  async rejectWaiting(): Promise<void> {
    return this.engine().rejectWaiting();
  }

  /** Puts the call on hold, or takes the newest held one (`state.held`) up again. */
  async holdCall(on: boolean): Promise<void> {
    return this.engine().holdCall(on);
  }

  /** The user's own list of calls that are over, the newest first, page by page. */
  async queryRecentCalls(options: RecentOptions = {}): Promise<RecentPage> {
    return this.engine().queryRecentCalls(options);
  }

  /** Takes calls out of the user's own list; the others in them keep theirs. */
  async deleteRecentCalls(callIds: readonly string[]): Promise<void> {
    return this.engine().deleteRecentCalls(callIds);
  }

  async inviteUser(userIds: readonly string[]): Promise<void> {
    return this.engine().inviteUser(userIds);
  }

  async switchCallMediaType(mediaType: MediaType): Promise<void> {
    return this.engine().switchCallMediaType(mediaType);
  }

  async openCamera(): Promise<void> {
    return this.engine().openCamera();
  }

  async closeCamera(): Promise<void> {
    return this.engine().closeCamera();
  }

  async openMicrophone(): Promise<void> {
    return this.engine().openMicrophone();
  }

  async closeMicrophone(): Promise<void> {
    return this.engine().closeMicrophone();
  }

  /** Front ↔ back. */
  async switchCamera(): Promise<void> {
    return this.engine().switchCamera();
  }

  async startScreenShare(): Promise<void> {
    return this.engine().startScreenShare();
  }

  async stopScreenShare(): Promise<void> {
    return this.engine().stopScreenShare();
  }

  async getDevices(): Promise<DeviceList> {
    return this.engine().getDevices();
  }

  async selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    return this.engine().selectDevice(kind, deviceId);
  }

  async setVideoEncoderParams(params: VideoEncoderParams): Promise<void> {
    return this.engine().setVideoEncoderParams(params);
  }

  async setSelfInfo(nickname: string, avatar: string): Promise<void> {
    return this.engine().setSelfInfo(nickname, avatar);
  }

  async renewUserSig(userSig: string): Promise<void> {
    return this.engine().renewUserSig(userSig);
  }

  /** To be called inside a tap: plays the others' sound where the browser kept it back. */
  async unlockAudio(): Promise<void> {
    return this.engine().unlockAudio();
  }

  #emitCancelable(type: 'before-call' | 'before-hangup', detail: object): void {
    const event = new CustomEvent(type, {
      detail,
      bubbles: true,
      composed: true,
      cancelable: true,
    });
    if (!this.dispatchEvent(event))
      throw new CallError('wrong-state', `the page prevented it in ${type}`);
  }
}
