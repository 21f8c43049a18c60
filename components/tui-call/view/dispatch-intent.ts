import type { EffectsWish } from '../../../src/engine/effects.ts';
import type { Intent } from '../../shared/events.ts';
import type { ElementEngine } from '../session/dependencies.ts';

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
  setEffects(wish: EffectsWish): Promise<void>;
  minimise(on: boolean): Promise<void>;
  setFullscreen(on: boolean): Promise<void>;
}

/** Asks for what the user wished. */
export function dispatchIntent(intent: Intent, target: IntentTarget): Promise<unknown> {
  switch (intent.type) {
    case 'accept':
      return target.accept(withVideo({}, intent.video));
    case 'reject':
      return target.reject();
    case 'ignore':
      return target.ignore();
    case 'hangup':
      return target.hangup();
    case 'dismiss':
      return target.dismiss();
    case 'set-device':
      return setDevice(intent, target);
    case 'list-devices':
      return target.getDevices();
    case 'select-device':
      return target.selectDevice(intent.kind, intent.deviceId);
    case 'switch-camera':
      return target.switchCamera();
    case 'switch-media-type':
      return target.switchCallMediaType(intent.mediaType);
    case 'call':
    case 'accept-waiting':
    case 'reject-waiting':
    case 'hold':
    case 'move-here':
      return changeCall(intent, target);
    case 'invite':
      return target.inviteUser(intent.userIds);
    case 'unlock-audio':
      return target.unlockAudio();
    default:
      return changeView(intent, target);
  }
}

type SecondCallIntent = Extract<
  Intent,
  { type: 'call' | 'accept-waiting' | 'reject-waiting' | 'hold' | 'move-here' }
>;

/** Another call than the one on the screen takes its place, or does not. */
function changeCall(intent: SecondCallIntent, target: IntentTarget): Promise<unknown> {
  switch (intent.type) {
    case 'call': {
      const { userIds, mediaType, groupId } = intent;
      return target.calls(userIds, mediaType, groupId ? { groupId } : {});
    }
    case 'accept-waiting':
      return target.acceptWaiting(withVideo({ currentCall: intent.currentCall }, intent.video));
    case 'reject-waiting':
      return target.rejectWaiting();
    case 'hold':
      return target.holdCall(intent.on);
    case 'move-here':
      return target.moveHere();
  }
}

type ViewIntent = Extract<
  Intent,
  { type: 'minimise' | 'fullscreen' | 'layout' | 'people' | 'effects' | 'effects-menu' }
>;

function changeView(intent: ViewIntent, target: IntentTarget): Promise<void> {
  switch (intent.type) {
    case 'minimise':
      return target.minimise(intent.on);
    case 'fullscreen':
      return target.setFullscreen(intent.on);
    case 'layout':
      target.layout = intent.layout;
      return Promise.resolve();
    case 'effects':
      return target.setEffects(intent.wish);
    case 'people':
    case 'effects-menu':
      // The stage shows them.
      return Promise.resolve();
  }
}

function withVideo<T extends object>(options: T, video?: boolean): T & { video?: boolean } {
  return { ...options, ...(video !== undefined && { video }) };
}

function setDevice(
  { device, on }: Extract<Intent, { type: 'set-device' }>,
  target: IntentTarget,
): Promise<void> {
  switch (device) {
    case 'microphone':
      return on ? target.openMicrophone() : target.closeMicrophone();
    case 'camera':
      return on ? target.openCamera() : target.closeCamera();
    case 'screen':
      return on ? target.startScreenShare() : target.stopScreenShare();
  }
}
