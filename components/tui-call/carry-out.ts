import type { Intent } from '../events.ts';
import type { ElementEngine } from './call-parts.ts';

/** What an intent may need of the element: the engine's commands, and what is only a matter of view. */
export interface IntentTarget extends Pick<
  ElementEngine,
  | 'calls'
  | 'accept'
  | 'reject'
  | 'ignore'
  | 'hangup'
  | 'dismiss'
  | 'acceptWaiting'
  | 'rejectWaiting'
  | 'holdCall'
  | 'moveHere'
  | 'inviteUser'
  | 'switchCallMediaType'
  | 'switchCamera'
  | 'getDevices'
  | 'selectDevice'
  | 'unlockAudio'
  | 'openCamera'
  | 'closeCamera'
  | 'openMicrophone'
  | 'closeMicrophone'
  | 'startScreenShare'
  | 'stopScreenShare'
> {
  layout: 'auto' | 'grid' | 'speaker';
  minimise(on: boolean): Promise<void>;
  setFullscreen(on: boolean): Promise<void>;
}

/** Asks for what the user wished. */
export function carryOut(intent: Intent, to: IntentTarget): Promise<unknown> {
  switch (intent.type) {
    case 'accept':
      return to.accept(withVideo({}, intent.video));
    case 'reject':
      return to.reject();
    case 'ignore':
      return to.ignore();
    case 'hangup':
      return to.hangup();
    case 'dismiss':
      return to.dismiss();
    case 'set-device':
      return setDevice(intent, to);
    case 'list-devices':
      return to.getDevices();
    case 'select-device':
      return to.selectDevice(intent.kind, intent.deviceId);
    case 'switch-camera':
      return to.switchCamera();
    case 'switch-media-type':
      return to.switchCallMediaType(intent.mediaType);
    case 'call':
    case 'accept-waiting':
    case 'reject-waiting':
    case 'hold':
    case 'move-here':
      return changeCall(intent, to);
    case 'invite':
      return to.inviteUser(intent.userIds);
    case 'unlock-audio':
      return to.unlockAudio();
    case 'minimise':
    case 'fullscreen':
    case 'layout':
    case 'people':
      return changeView(intent, to);
  }
}

type OtherCallIntent = Extract<
  Intent,
  { type: 'call' | 'accept-waiting' | 'reject-waiting' | 'hold' | 'move-here' }
>;

/** Another call than the one on the screen takes its place, or does not. */
function changeCall(intent: OtherCallIntent, to: IntentTarget): Promise<unknown> {
  switch (intent.type) {
    case 'call': {
      const { userIds, mediaType, groupId } = intent;
      return to.calls(userIds, mediaType, groupId ? { groupId } : {});
    }
    case 'accept-waiting':
      return to.acceptWaiting(withVideo({ other: intent.other }, intent.video));
    case 'reject-waiting':
      return to.rejectWaiting();
    case 'hold':
      return to.holdCall(intent.on);
    case 'move-here':
      return to.moveHere();
  }
}

type ViewIntent = Extract<Intent, { type: 'minimise' | 'fullscreen' | 'layout' | 'people' }>;

function changeView(intent: ViewIntent, to: IntentTarget): Promise<void> {
  switch (intent.type) {
    case 'minimise':
      return to.minimise(intent.on);
    case 'fullscreen':
      return to.setFullscreen(intent.on);
    case 'layout':
      to.layout = intent.layout;
      return Promise.resolve();
    case 'people':
      // The stage shows them.
      return Promise.resolve();
  }
}

function withVideo<T extends object>(options: T, video?: boolean): T & { video?: boolean } {
  return { ...options, ...(video !== undefined && { video }) };
}

function setDevice(
  { device, on }: Extract<Intent, { type: 'set-device' }>,
  to: IntentTarget,
): Promise<void> {
  switch (device) {
    case 'microphone':
      return on ? to.openMicrophone() : to.closeMicrophone();
    case 'camera':
      return on ? to.openCamera() : to.closeCamera();
    case 'screen':
      return on ? to.startScreenShare() : to.stopScreenShare();
  }
}
