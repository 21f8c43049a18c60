import type {
  CallId,
  Command,
  ErrorShape,
  Handshake,
  LeaveBeacon,
  MediaType,
  PushTarget,
  QualityReport,
  SessionId,
  UserId,
} from '../../protocol/index.ts';
import type { CallError } from './call-error.ts';
import type {
  EffectCheck,
  EffectOptions,
  MediaEffectChanges,
  MediaEffects,
} from './media-effects.ts';
import type { DeviceKind, EffectName, EffectReason, UserNetworkQuality } from './observer.ts';
import type { DeviceList } from './snapshot.ts';

/** The ports of the engine. Each has one adapter in src/adapters and one fake in test/fakes. */

/** The source of all times in the engine. */
export interface Clock {
  /** Monotonic milliseconds; a change of the wall clock does not affect them. */
  now(): number;
  /** Calls `callback` once after `ms`. Returns a function that cancels the timer. */
  after(ms: number, callback: () => void): () => void;
}

/** Returns at least 128 random bits as `[A-Za-z0-9_-]`. */
export type RandomId = () => string;

/** The connection to the call server. The adapter reconnects by itself; it does not interpret commands. */
export interface SignalSocket {
  /**
   * Connects, and reconnects after each loss until `close()` is called or the server refuses the
   * handshake. The adapter calls `handshake` for each attempt.
   */
  open(server: string, handshake: () => Handshake, events: SignalEvents): void;
  /**
   * Sends the command once. Resolves with the raw acknowledgement.
   * @throws {CallError} signaling-failed without one within `timeoutMs`, or if the socket closes.
   */
  send(command: Command, timeoutMs: number): Promise<unknown>;
  /** Closes the connection. The socket reports nothing afterwards. */
  close(): void;
}

/** The events of a SignalSocket. */
export interface SignalEvents {
  /** The server has accepted the handshake. */
  connected(): void;
  /** The connection is lost; the socket reconnects. */
  disconnected(): void;
  /** The server refused the handshake (userSig, origin, version); the socket does not reconnect. */
  refused(error: ErrorShape): void;
  /** An attempt to connect failed; the socket tries again. */
  unreachable(): void;
  /** The server sent a message; the frame is not decoded. */
  message(frame: unknown): void;
}

/** The source of a track. */
export type TrackSource = 'microphone' | 'camera' | 'screen';

/** The media of one call at a time. Owns the room, all local tracks and the remote audio. */
export interface MediaSession {
  /** Whether this browser has WebRTC. */
  isSupported(): boolean;
  /** Loads the media library and prepares the connection. Idempotent; never throws. */
  prepare(url: string): void;
  /**
   * Enters the room. Leaves a previous room and keeps its local tracks. Publishes nothing by itself:
   * the engine calls `setTrack()`, before or after.
   * @throws {CallError} media-failed | webrtc-not-supported
   */
  join(access: MediaJoin): Promise<void>;
  /** Leaves the room and stops all local tracks. Idempotent. */
  leave(): Promise<void>;
  /**
   * Opens or mutes a local track. A track that opens before `join()` resolves is published afterwards.
   * @throws {CallError} permission-denied | microphone-unavailable | camera-unavailable | screen-share-failed
   */
  setTrack(source: TrackSource, on: boolean): Promise<void>;
  /** Selects a device. @throws {CallError} invalid-parameter | device-list-failed | permission-denied */
  selectDevice(kind: DeviceKind, deviceId: string): Promise<void>;
  /** Switches between front and back camera. @throws {CallError} not-supported-here */
  switchCamera(): Promise<void>;
  /** Lists the devices of the browser. @throws {CallError} device-list-failed */
  listDevices(): Promise<DeviceList>;
  /** Applies to the next video track, and to the running one if the browser supports it. */
  setVideoEncoder(params: VideoEncoderParams): Promise<void>;
  /** The effects on the own picture and sound; null until the media code is loaded. */
  readonly effects: MediaEffects | null;
  /** Changes effects, in this call and in later ones. An effect that cannot run is reported as `effect-failed`. */
  setEffects(changes: MediaEffectChanges, options: EffectOptions): Promise<void>;
  /** Tests which effects can run here. Rejects if the code of the test cannot be loaded. */
  checkEffects(): Promise<EffectCheck>;
  /** Plays remote audio that the browser has blocked. Must be called in a user gesture. */
  unlockAudio(): Promise<void>;
  /** Turns the sound of all remote users off or on, until `leave()`. */
  muteRemoteAudio(on: boolean): Promise<void>;
  /** Reports media updates. Returns a function that removes the listener. */
  listen(onUpdate: (update: MediaUpdate) => void): () => void;
}

/** The parameters of a join. */
export interface MediaJoin {
  /** The call to which the room belongs. */
  readonly callId: CallId;
  /** The WebSocket URL of the media server. */
  readonly url: string;
  /** Access token of the media server for this session and room. */
  readonly token: string;
  /** `audio` permits no camera and no screen. */
  readonly mediaType: MediaType;
}

/** Limits for the video that this device sends. */
export interface VideoEncoderParams {
  /** Height of the video in pixels. */
  readonly resolution: '360p' | '540p' | '720p' | '1080p';
  /** Frames per second, 1 to 60. */
  readonly fps?: number;
}

/** A change of the media of a call. */
export type MediaUpdate =
  /** The room connection is interrupted; the media library tries to restore it. */
  | { readonly type: 'media-interrupted' }
  /** The media library has restored the room connection. */
  | { readonly type: 'media-restored' }
  /** The room connection is lost for good; the engine joins again with new media access. */
  | { readonly type: 'media-lost'; readonly reason: string }
  /** A remote user entered or left the room. */
  | { readonly type: 'remote-present'; readonly userId: UserId; readonly present: boolean }
  /** A remote user published, muted, unmuted or unpublished a track. */
  | {
      readonly type: 'remote-track';
      readonly userId: UserId;
      readonly source: TrackSource;
      readonly on: boolean;
    }
  /** A local track started, was muted, or ended by itself (device unplugged, sharing stopped). */
  | {
      readonly type: 'local-track';
      readonly source: TrackSource;
      readonly on: boolean;
      readonly error: CallError | null;
    }
  /** Volumes by userId, 0 to 100; a user who is not listed is silent. */
  | { readonly type: 'volumes'; readonly volumes: Readonly<Record<string, number>> }
  /** Network qualities of the members. */
  | { readonly type: 'network'; readonly list: readonly UserNetworkQuality[] }
  /** How good the own connection was; emitted when the room of a call is left. */
  | { readonly type: 'quality'; readonly callId: CallId; readonly quality: QualityReport }
  /** A remote video has shown no new frame for 3 s, or shows frames again. */
  | { readonly type: 'remote-frozen'; readonly userId: UserId; readonly frozen: boolean }
  /** The selected device of a kind, or the list of devices, has changed. */
  | {
      readonly type: 'devices-changed';
      readonly devices: DeviceList;
      readonly kind: DeviceKind;
      readonly deviceId: string;
    }
  /** The browser blocks remote audio, or plays it again. */
  | { readonly type: 'audio-blocked'; readonly blocked: boolean }
  /** An effect on the own picture or sound cannot run; what is sent continues without it. */
  | {
      readonly type: 'effect-failed';
      readonly effect: EffectName;
      readonly reason: EffectReason;
    };

/** Values that survive the page, per server and user. Short strings without secrets. */
export interface PersistentStorage {
  /** Per tab; survives a reload. */
  readonly tab: KeyValue;
  /** Shared by all tabs of the browser. */
  readonly browser: KeyValue;
}

/** A store of strings by key. */
export interface KeyValue {
  /** Returns null if there is no value. */
  read(key: string): string | null;
  /** Stores the value; null deletes it. */
  write(key: string, value: string | null): void;
}

/** The lifecycle of the page. */
export interface Page {
  /**
   * Acquires a session id that survives a reload and that no other tab or element uses. `release`
   * frees it.
   */
  acquireSession(
    server: string,
    userId: UserId,
  ): Promise<{ sessionId: SessionId; release: () => void }>;
  /**
   * Reports that the page goes away (pagehide), also where the browser keeps it for a while. Returns a function that
   * removes the listener.
   */
  onLeaving(callback: () => void): () => void;
  /** Reports that the page becomes visible or the network returns. Returns a function that removes the listener. */
  onReturning(callback: () => void): () => void;
  /** Sends the leave beacon, which outlives the page. */
  sendLeave(server: string, body: LeaveBeacon): void;
}

/**
 * The notifications of this device while its page is closed. One user of the device gets them; `owner` names the user
 * and their call server. Remembered across pages.
 */
export interface PushDevice {
  /**
   * Asks for the permission and subscribes. `serverKey`: the VAPID key of the server, '' if it has none; `vapidKey`:
   * the one that the page names.
   * @throws {CallError} permission-denied | not-supported-here | wrong-state | invalid-parameter | signaling-failed
   */
  subscribe(owner: PushOwner, serverKey: string, vapidKey?: string): Promise<PushTarget>;
  /** Remembers the token of a native shell. */
  remember(owner: PushOwner, platform: string, token: string): Promise<PushTarget>;
  /** Renews what is remembered of this user, and ends what is remembered of another one. */
  restore(owner: PushOwner): Promise<PushTarget | null>;
  /** Ends what is remembered of this user and returns it. */
  forget(owner: PushOwner): PushTarget | null;
}

/** A user at a call server. */
export interface PushOwner {
  /** The URL of the call server. */
  readonly server: string;
  /** The user. */
  readonly userId: UserId;
}

/** The log for developers. The engine never logs a token, an SDP or an address. */
export interface Logger {
  /** Logs a step of the engine. */
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Logs an unexpected input or a failure that the engine handles. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** All ports of the engine. */
export interface EnginePorts {
  /** Time and timers. */
  readonly clock: Clock;
  /** Ids of commands and sessions. */
  readonly randomId: RandomId;
  /** Signalling connection to the call server. */
  readonly socket: SignalSocket;
  /** Devices and media room. */
  readonly media: MediaSession;
  /** Storage across reloads. */
  readonly storage: PersistentStorage;
  /** Lifecycle of the page. */
  readonly page: Page;
  /** Notifications while the page is closed. Default: not supported. */
  readonly push?: PushDevice;
  /** Log for developers. */
  readonly logger: Logger;
}
