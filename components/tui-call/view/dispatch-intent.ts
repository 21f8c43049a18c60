import type { Intent } from '../../shared/events.ts';
import type { ViewElement } from './view-host.ts';

type IntentHandlers = {
  readonly [Type in Intent['type']]: (
    element: ViewElement,
    intent: Extract<Intent, { type: Type }>,
  ) => Promise<unknown>;
};

const TRACK_METHODS = {
  microphone: { on: 'openMicrophone', off: 'closeMicrophone' },
  camera: { on: 'openCamera', off: 'closeCamera' },
  screen: { on: 'startScreenShare', off: 'stopScreenShare' },
} as const;

/** The method that performs each intent of a component. */
const HANDLERS: IntentHandlers = {
  call: (element, { userIds, mediaType, groupId }) =>
    element.calls(userIds, mediaType, groupId ? { groupId } : {}),
  accept: (element, { video }) => element.accept(withVideo({}, video)),
  reject: (element) => element.reject(),
  ignore: (element) => element.ignore(),
  hangup: (element) => element.hangup(),
  dismiss: (element) => element.dismiss(),
  invite: (element, { userIds }) => element.inviteUser(userIds),
  'accept-waiting': (element, { currentCall, video }) =>
    element.acceptWaiting(withVideo({ currentCall }, video)),
  'reject-waiting': (element) => element.rejectWaiting(),
  hold: (element, { on }) => element.holdCall(on),
  'move-here': (element) => element.moveHere(),
  'switch-media-type': (element, { mediaType }) => element.switchCallMediaType(mediaType),
  'set-device': (element, { device, on }) => element[TRACK_METHODS[device][on ? 'on' : 'off']](),
  'list-devices': (element) => element.getDevices(),
  'select-device': (element, { kind, deviceId }) => element.selectDevice(kind, deviceId),
  'switch-camera': (element) => element.switchCamera(),
  'unlock-audio': (element) => element.unlockAudio(),
  'retry-media': (element) => element.retryMedia(),
  minimise: (element, { on }) => element.minimise(on),
  fullscreen: (element, { on }) => element.setFullscreen(on),
  layout: async (element, { layout }) => {
    element.layout = layout;
  },
  effects: (element, { changes }) => element.setEffects(changes),
  // The stage handles them.
  people: async () => undefined,
  'effects-menu': async () => undefined,
  // The call renderer handles it.
  pin: async () => undefined,
};

/** Performs an intent of a component. Rejects with the CallError of the method that it calls. */
export function dispatchIntent(intent: Intent, element: ViewElement): Promise<unknown> {
  // The handler of this type takes this intent; TypeScript does not relate the two unions.
  return HANDLERS[intent.type](element, intent as never);
}

function withVideo<T extends object>(options: T, video?: boolean): T & { video?: boolean } {
  return { ...options, ...(video !== undefined && { video }) };
}
