import type { MediaType, Role, EndReason } from '../../protocol/index.ts';

/**
 * The observer callbacks: those of the reference (TUICallObserver) with the same positional arguments,
 * and further ones. Each gets one `info` object as its last argument. docs/events.md says when the
 * engine makes each callback.
 */

/** The last argument of each callback. */
export interface CallInfo {
  /** The call that the callback concerns; '' if it concerns none. */
  readonly callId: string;
  /** The group of the call; '' if the call was started without a group. */
  readonly groupId?: string;
  /** The user who started the call. */
  readonly callerId?: string;
  /** The user whose action caused the callback, unless that user is the first argument. */
  readonly byUserId?: string;
  /** Why the call is over here, or why the server ended the session. */
  readonly reason?: NotConnectedReason | string;
  /** The caller's data. */
  readonly userData?: string;
}

/**
 * Why a call is over on this device.
 *
 * - `removed`: the server API removed this user from the call
 * - `other-device-accepted`, `other-device-rejected`: another device of this user answered
 * - `moved`: this user moved the call to another of their devices
 * - `signed-out`: the call rang here when this user signed out
 *
 * docs/contract.md explains the end reasons of the server.
 */
export type NotConnectedReason =
  | EndReason
  | ('removed' | 'other-device-accepted' | 'other-device-rejected')
  | ('moved' | 'signed-out');

/** The network quality of a member, from the best to the worst; `down`: no media arrives. */
export type NetworkQuality = 'unknown' | 'excellent' | 'good' | 'poor' | 'bad' | 'vBad' | 'down';

/** The network quality of one user. */
export interface UserNetworkQuality {
  readonly userId: string;
  readonly quality: NetworkQuality;
}

/**
 * The connection to the call server.
 *
 * - `disconnected`: nobody is signed in, or the server refused or ended the session
 * - `connecting`: the first connection after `init()`
 * - `connected`: the state of this device is in sync with the server
 * - `reconnecting`: the connection is lost; the engine reconnects by itself
 */
export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting';

/** The kind of a media device. */
export type DeviceKind = 'microphone' | 'camera' | 'speaker';

/** The name of an effect on the own picture or sound. */
export type EffectName = 'background' | 'noise-suppression' | 'beauty';

/** Why an effect cannot run on this device. */
export type EffectReason =
  /** The Content Security Policy of the page has no 'wasm-unsafe-eval'. */
  | 'webassembly-blocked'
  /** A file of the effect could not be fetched, or the effect was not ready within 15 s. */
  | 'not-loaded'
  /** The URL of the background returns no image, or none that this page may read. */
  | 'background-not-loaded'
  /** The background has more than 40 megapixels. */
  | 'background-too-large'
  /** It had fewer than 15 frames per second at its lowest quality. */
  | 'too-slow'
  /** It ran, and ended by itself; or its picture or sound stood still for two seconds. */
  | 'stopped'
  /** The browser lacks what the effect needs, or passes no sound through it. */
  | 'not-supported-here';

/** The arguments of each callback, in order. The DOM event has them as fields of its `detail`. */
export interface CallbackArguments {
  /** An error that the engine cannot recover from by itself; docs/errors.md lists the codes. */
  onError: [code: number, message: string];
  /** A call rings on this device. */
  onCallReceived: [
    callerId: string,
    calleeIdList: readonly string[],
    groupId: string,
    callMediaType: MediaType,
  ];
  /** A call ended before it connected here. `userId`: the caller who cancelled, else this user. */
  onCallCancelled: [userId: string];
  /** The call is connected for this user. */
  onCallBegin: [roomId: string, callMediaType: MediaType, callRole: Role];
  /** A connected call ended for this user. `totalTime`: milliseconds in the call. */
  onCallEnd: [roomId: string, callMediaType: MediaType, callRole: Role, totalTime: number];
  /** A member changed the media type of the call. */
  onCallMediaTypeChanged: [oldType: MediaType, newType: MediaType];
  /** A callee rejected the invitation. */
  onUserReject: [userId: string];
  /** The invitation of a callee timed out. */
  onUserNoResponse: [userId: string];
  /** A callee is in another call. */
  onUserLineBusy: [userId: string];
  /** A user joined the call. */
  onUserJoin: [userId: string];
  /** A user left the call. */
  onUserLeave: [userId: string];
  /** A user started or stopped sending video. */
  onUserVideoAvailable: [userId: string, isVideoAvailable: boolean];
  /** A user started or stopped sending audio. */
  onUserAudioAvailable: [userId: string, isAudioAvailable: boolean];
  /** Volumes by userId, 0 to 100, this user included; about twice a second while a user speaks. */
  onUserVoiceVolumeChanged: [volumeMap: Readonly<Record<string, number>>];
  /** Network qualities; on each change, and every few seconds without one. */
  onUserNetworkQualityChanged: [list: readonly UserNetworkQuality[]];
  /** The server ended this session; `info.reason` is a `KickReason`. Only `init()` signs in again. */
  onKickedOffline: [];
  /** The userSig has expired. `renewUserSig()` or `init()` continues the session. */
  onUserSigExpired: [];
  /** A call ended before it connected here, and why. */
  onCallNotConnected: [callId: string, reason: NotConnectedReason];
  /** A user is being invited into the running call; `info.byUserId` names the inviter. */
  onUserInviting: [userId: string];
  /** The userSig expires in five minutes. */
  onUserSigWillExpire: [];
  /** An invitation of this user ended without an answer; made once per device. */
  onCallMissed: [callId: string, callerId: string, callMediaType: MediaType, reason: string];
  /** `state.connection` changed. */
  onConnectionStateChanged: [state: ConnectionState];
  /** The selected device of this kind changed. `deviceId`: the id that the browser gave it. */
  onDeviceChanged: [kind: DeviceKind, deviceId: string];
  /** A user started or stopped sharing a screen. */
  onScreenShareChanged: [userId: string, on: boolean];
  /** Reserved for recording; the engine does not make this callback yet. */
  onRecordingChanged: [on: boolean];
  /** An effect on the own picture or sound cannot run; what is sent continues without it. */
  onEffectFailed: [effect: EffectName, reason: EffectReason];
}

/** The name of an observer callback. */
export type CallbackName = keyof CallbackArguments;

/** An observer for `addObserver()`: an object with any of the callbacks. */
export type TUICallObserver = {
  [Name in CallbackName]?: (...args: [...CallbackArguments[Name], info: CallInfo]) => void;
};

/** One observer callback as data: its name and arguments. */
export type Notification = {
  [Name in CallbackName]: {
    readonly name: Name;
    readonly args: CallbackArguments[Name];
    readonly info: CallInfo;
  };
}[CallbackName];

/** The names of the arguments in the `detail` of the DOM event. */
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
