import type {
  Command,
  ErrorShape,
  Handshake,
  LeaveBeacon,
  MediaType,
  SessionId,
  UserId,
} from '../../protocol/index.ts';
import type { CallError } from './call-error.ts';
import type { DeviceKind, EffectName, EffectReason, UserNetworkQuality } from './observer.ts';
import type { DeviceList } from './snapshot.ts';

/** What the engine needs of the world. Each port has one adapter in src/adapters and one fake in test/fakes. */

/** Time. All of the engine's times are this clock's. */
export interface Clock {
  /** Monotonic ms: never jumps with the wall clock. */
  now(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** 128 random bits or more, of `[A-Za-z0-9_-]`. */
export type RandomId = () => string;

/** One connection to the call server that keeps itself up. Owns its retries; knows no commands' meaning. */
export interface SignalSocket {
  /** Starts connecting; goes on until `close()` or a refusal. The handshake is asked for at each try. */
  open(server: string, handshake: () => Handshake, events: SignalEvents): void;
  /**
   * One try: the raw acknowledgement.
   * @throws {CallError} signaling-failed when there is none within `timeoutMs` or the socket closes.
   */
  send(command: Command, timeoutMs: number): Promise<unknown>;
  close(): void;
}

export interface SignalEvents {
  connected(): void;
  /** Lost; the socket tries again by itself. */
  disconnected(): void;
  /** The server refused the handshake (userSig, origin, version): it does not try again. */
  refused(error: ErrorShape): void;
  /** A try failed (no network, server down); it goes on trying. */
  unreachable(): void;
  message(frame: unknown): void;
}

export type TrackSource = 'microphone' | 'camera' | 'screen';

/** The media side of one call after another. Owns the room, all local tracks, and the others' sound. */
export interface MediaSession {
  /** Fetches the media library and warms the connection up. Harmless to repeat, never rejects. */
  prepare(url: string): void;
  /**
   * Enters the room; takes the place of an earlier room, whose local tracks it takes over.
   * Publishes nothing by itself: the engine asks for microphone and camera, before or after.
   * @throws {CallError} media-failed | webrtc-not-supported
   */
  join(access: MediaJoin): Promise<void>;
  /** Leaves the room and stops every local track. Never rejects; harmless to repeat. */
  leave(): Promise<void>;
  /**
   * Opens or mutes. Before `join` has come through, the track opens at once and is published then.
   * @throws {CallError} permission-denied | microphone-unavailable | camera-unavailable | screen-share-failed
   */
  setTrack(source: TrackSource, on: boolean): Promise<void>;
  /** @throws {CallError} invalid-parameter | device-list-failed | permission-denied */
  selectDevice(kind: DeviceKind, deviceId: string): Promise<void>;
  /** Front ↔ back. @throws {CallError} not-supported-here */
  switchCamera(): Promise<void>;
  /** @throws {CallError} device-list-failed */
  listDevices(): Promise<DeviceList>;
  /** For the next track, and for the running one where the browser can. */
  setVideoEncoder(params: VideoEncoderParams): Promise<void>;
  /** To be called inside a tap: plays the others' sound where the browser kept it back. */
  unlockAudio(): Promise<void>;
  /** Facts, from now until the answer is called. */
  listen(onUpdate: (update: MediaUpdate) => void): () => void;
}

export interface MediaJoin {
  readonly url: string;
  readonly token: string;
  readonly mediaType: MediaType;
}

export interface VideoEncoderParams {
  readonly resolution: '360p' | '540p' | '720p' | '1080p';
  /** Frames a second. */
  readonly fps?: number;
}

export type MediaUpdate =
  /** The library works on getting the room back. */
  | { readonly type: 'media-interrupted' }
  | { readonly type: 'media-restored' }
  /** Gone for good: the engine has to join again with fresh access. */
  | { readonly type: 'media-lost'; readonly reason: string }
  | { readonly type: 'remote-present'; readonly userId: UserId; readonly present: boolean }
  | {
      readonly type: 'remote-track';
      readonly userId: UserId;
      readonly source: TrackSource;
      readonly on: boolean;
    }
  /** A track of ours started, was muted, or ended by itself (unplugged, sharing stopped in the browser). */
  | {
      readonly type: 'local-track';
      readonly source: TrackSource;
      readonly on: boolean;
      readonly error: CallError | null;
    }
  | { readonly type: 'volumes'; readonly volumes: Readonly<Record<string, number>> }
  | { readonly type: 'network'; readonly list: readonly UserNetworkQuality[] }
  /** No frame of a picture that should move has come for some seconds. */
  | { readonly type: 'remote-frozen'; readonly userId: UserId; readonly frozen: boolean }
  | {
      readonly type: 'devices-changed';
      readonly devices: DeviceList;
      readonly kind: DeviceKind;
      readonly deviceId: string;
    }
  | { readonly type: 'audio-blocked'; readonly blocked: boolean }
  /** An effect on the own picture or sound cannot run: what is sent goes on without it. */
  | {
      readonly type: 'effect-failed';
      readonly effect: EffectName;
      readonly reason: EffectReason;
    };

/** What the device remembers between pages, per server and user. Small strings; never a secret. */
export interface PersistentStorage {
  /** Of this tab: survives a reload only. */
  readonly tab: KeyValue;
  /** Of this browser. */
  readonly browser: KeyValue;
}

export interface KeyValue {
  read(key: string): string | null;
  write(key: string, value: string | null): void;
}

/** The page's life as far as a call cares. */
export interface Page {
  /** A session id that a reload keeps and no other tab or widget shares; `release` frees it. */
  acquireSession(
    server: string,
    userId: UserId,
  ): Promise<{ sessionId: SessionId; release: () => void }>;
  /** Calls back when the page goes away for good (pagehide, not kept by the browser). */
  onLeaving(callback: () => void): () => void;
  /** Calls back when the page is shown again, or the network is back: a good moment to look again. */
  onReturning(callback: () => void): () => void;
  /** Tells the server that the page goes away; survives the page. */
  sendLeave(server: string, body: LeaveBeacon): void;
}

/** Where facts for developers go. Never a token, an SDP or an address. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface EnginePorts {
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly socket: SignalSocket;
  readonly media: MediaSession;
  readonly storage: PersistentStorage;
  readonly page: Page;
  readonly logger: Logger;
}
