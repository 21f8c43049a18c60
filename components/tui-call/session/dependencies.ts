import type { RecentPage } from '../../../src/engine/state/effects.ts';
import type { Effects, EffectsWish } from '../../../src/engine/effects.ts';
import type {
  CallOptions,
  RecentOptions,
  WaitingOptions,
} from '../../../src/engine/engine-commands.ts';
import type { DeviceKind, Notification } from '../../../src/engine/api/observer.ts';
import type { VideoEncoderParams } from '../../../src/engine/api/ports.ts';
import type { CallSnapshot, DeviceList } from '../../../src/engine/api/snapshot.ts';
import type { MediaType } from '../../../src/protocol/index.ts';
import type { VideoSource } from '../../shared/call-context.ts';

/** Who signs in, and where. */
export interface SignInOptions {
  readonly server: string;
  readonly userId: string;
  readonly userSig: string;
  readonly nickname?: string;
  readonly avatar?: string;
}

export type { CallOptions };

/** What the element asks of the engine (src/engine's CallEngine). */
export interface ElementEngine {
  readonly state: CallSnapshot;
  subscribe(listener: () => void): () => void;
  listen(listener: (notification: Notification) => void): () => void;
  init(signIn: SignInOptions): Promise<void>;
  destroy(): Promise<void>;
  renewUserSig(userSig: string): Promise<void>;
  setSelfInfo(nickname: string, avatar: string): Promise<void>;
  calls(
    userIds: readonly string[],
    mediaType: MediaType,
    options?: CallOptions,
  ): Promise<{ callId: string }>;
  accept(options?: { video?: boolean }): Promise<void>;
  reject(): Promise<void>;
  ignore(): Promise<void>;
  hangup(): Promise<void>;
  dismiss(): Promise<void>;
  join(callId: string): Promise<void>;
  joinGroup(groupId: string): Promise<void>;
  moveHere(): Promise<void>;
  acceptWaiting(options: WaitingOptions): Promise<void>;
  rejectWaiting(): Promise<void>;
  holdCall(on: boolean): Promise<void>;
  queryRecentCalls(options?: RecentOptions): Promise<RecentPage>;
  deleteRecentCalls(callIds: readonly string[]): Promise<void>;
  inviteUser(userIds: readonly string[]): Promise<void>;
  switchCallMediaType(mediaType: MediaType): Promise<void>;
  openCamera(): Promise<void>;
  closeCamera(): Promise<void>;
  openMicrophone(): Promise<void>;
  closeMicrophone(): Promise<void>;
  switchCamera(): Promise<void>;
  startScreenShare(): Promise<void>;
  stopScreenShare(): Promise<void>;
  getDevices(): Promise<DeviceList>;
  selectDevice(kind: DeviceKind, deviceId: string): Promise<void>;
  setVideoEncoderParams(params: VideoEncoderParams): Promise<void>;
  unlockAudio(): Promise<void>;
  /** What is changed in the own picture and sound; null before the first call. */
  readonly effects: Effects | null;
  /** `remember`: in the next visits, too. */
  setEffects(effects: EffectsWish, options?: { remember?: boolean }): Promise<void>;
}

export type Sound = 'ringtone' | 'ringback' | 'call-waiting';

/** What the element asks of the ringer (src/adapters' BrowserRinger). */
export interface ElementRinger {
  /** `lockKey`: of the tabs that ring with the same key, one is heard at a time. */
  ring(sound: Sound, options: { url?: string; muted: boolean; lockKey?: string }): void;
  stop(): void;
  onBlocked(callback: (blocked: boolean) => void): () => void;
  close(): void;
}

/** All that one element in the document needs of the world below it. */
export interface ElementDependencies {
  readonly engine: ElementEngine;
  readonly ringer: ElementRinger;
  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void;
  /** The own camera before a call is answered, where it is allowed already; null otherwise. */
  openPreview(signal: AbortSignal): Promise<MediaStream | null>;
  /** Whether this browser can share its screen. */
  readonly canShareScreen: boolean;
  /** False while the browser itself knows that there is no network. */
  isOnline(): boolean;
  now(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
}
