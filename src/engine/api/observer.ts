import type { MediaType, Role, EndReason } from '../../protocol/index.ts';

/**
 * The observer callbacks of the reference (TUICallObserver), and ours beyond them (spec §4).
 * The reference's positional arguments are kept; one `info` object is added last.
 */

/** What each callback is told beside its arguments. `callId` is '' where there is no call. */
export interface CallInfo {
  readonly callId: string;
  readonly groupId?: string;
  readonly callerId?: string;
  /** Who did it, where that is not the first argument. */
  readonly byUserId?: string;
  readonly reason?: NotConnectedReason | string;
  readonly userData?: string;
}

/**
 * Why a call is over here. `moved`: this user took it over on another of their devices. `signed-out`: it rang here
 * when this user signed out.
 */
export type NotConnectedReason =
  EndReason | 'other-device-accepted' | 'other-device-rejected' | 'moved' | 'signed-out';

/** All seven are really used; `down` means that nothing comes from there any more. */
export type NetworkQuality = 'unknown' | 'excellent' | 'good' | 'poor' | 'bad' | 'vBad' | 'down';

export interface UserNetworkQuality {
  readonly userId: string;
  readonly quality: NetworkQuality;
}

export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting';

export type DeviceKind = 'microphone' | 'camera' | 'speaker';

export type EffectName = 'background' | 'noise-suppression' | 'beauty';

/** Why an effect cannot run here. */
export type EffectReason =
  /** The page's Content Security Policy has no 'wasm-unsafe-eval'. */
  | 'webassembly-blocked'
  /** A file of the effect could not be fetched. */
  | 'not-loaded'
  /** The address of the background gives no image, or none that this page may read. */
  | 'background-not-loaded'
  | 'background-too-large'
  /** It kept fewer than 15 frames a second, at its cheapest. */
  | 'too-slow'
  /** It ran, and ended by itself. */
  | 'stopped'
  | 'not-supported-here';

/** The arguments of each callback, named: the fields of the DOM event's `detail`, in order. */
export interface CallbackArguments {
  onError: [code: number, message: string];
  onCallReceived: [
    callerId: string,
    calleeIdList: readonly string[],
    groupId: string,
    callMediaType: MediaType,
  ];
  onCallCancelled: [userId: string];
  onCallBegin: [roomId: string, callMediaType: MediaType, callRole: Role];
  /** totalTime in milliseconds. */
  onCallEnd: [roomId: string, callMediaType: MediaType, callRole: Role, totalTime: number];
  onCallMediaTypeChanged: [oldType: MediaType, newType: MediaType];
  onUserReject: [userId: string];
  onUserNoResponse: [userId: string];
  onUserLineBusy: [userId: string];
  onUserJoin: [userId: string];
  onUserLeave: [userId: string];
  onUserVideoAvailable: [userId: string, isVideoAvailable: boolean];
  onUserAudioAvailable: [userId: string, isAudioAvailable: boolean];
  /** userId → 0–100, self included. */
  onUserVoiceVolumeChanged: [volumeMap: Readonly<Record<string, number>>];
  onUserNetworkQualityChanged: [list: readonly UserNetworkQuality[]];
  onKickedOffline: [];
  onUserSigExpired: [];
  onCallNotConnected: [callId: string, reason: NotConnectedReason];
  onUserInviting: [userId: string];
  /** Five minutes before the userSig ends. */
  onUserSigWillExpire: [];
  onCallMissed: [callId: string, callerId: string, callMediaType: MediaType, reason: string];
  onConnectionStateChanged: [state: ConnectionState];
  onDeviceChanged: [kind: DeviceKind, deviceId: string];
  onScreenShareChanged: [userId: string, on: boolean];
  onRecordingChanged: [on: boolean];
  onEffectFailed: [effect: EffectName, reason: EffectReason];
}

export type CallbackName = keyof CallbackArguments;

/** What a program registers with addObserver: any of the callbacks. */
export type TUICallObserver = {
  [Name in CallbackName]?: (...args: [...CallbackArguments[Name], info: CallInfo]) => void;
};

/** One callback about to be called: what the pure rules produce. */
export type Notification = {
  [Name in CallbackName]: {
    readonly name: Name;
    readonly args: CallbackArguments[Name];
    readonly info: CallInfo;
  };
}[CallbackName];

/** The names of the arguments, as fields of the DOM event's `detail`. */
export const CALLBACK_FIELDS = {
  onError: ['code', 'message'],
  onCallReceived: ['callerId', 'calleeIdList', 'groupId', 'callMediaType'],
  onCallCancelled: ['userId'],
  onCallBegin: ['roomId', 'callMediaType', 'callRole'],
  onCallEnd: ['roomId', 'callMediaType', 'callRole', 'totalTime'],
  onCallMediaTypeChanged: ['old', 'new'],
  onUserReject: ['userId'],
  onUserNoResponse: ['userId'],
  onUserLineBusy: ['userId'],
  onUserJoin: ['userId'],
  onUserLeave: ['userId'],
  onUserVideoAvailable: ['userId', 'isVideoAvailable'],
  onUserAudioAvailable: ['userId', 'isAudioAvailable'],
  onUserVoiceVolumeChanged: ['volumeMap'],
  onUserNetworkQualityChanged: ['list'],
  onKickedOffline: [],
  onUserSigExpired: [],
  onCallNotConnected: ['callId', 'reason'],
  onUserInviting: ['userId'],
  onUserSigWillExpire: [],
  onCallMissed: ['callId', 'callerId', 'callMediaType', 'reason'],
  onConnectionStateChanged: ['state'],
  onDeviceChanged: ['kind', 'deviceId'],
  onScreenShareChanged: ['userId', 'on'],
  onRecordingChanged: ['on'],
  onEffectFailed: ['effect', 'reason'],
} as const satisfies { readonly [Name in CallbackName]: readonly string[] };
