import type {
  Answer,
  CallId,
  Command,
  CommandId,
  ErrorShape,
  MediaType,
  CurrentCallAction,
  ServerMessage,
  UserId,
} from '../../protocol/index.ts';
import type { CallError } from '../api/call-error.ts';
import type { IntentId, RestoredCall } from './call-state.ts';
import type { PendingTermination } from './pending-termination.ts';
import type { MediaUpdate, TrackSource } from '../api/ports.ts';
import type { DeviceList } from '../api/snapshot.ts';

/** All that can happen to the engine. `at` is the engine's clock at that moment, in ms. */
export type CallEvent = EngineEvent & { readonly at: number };

export type EngineEvent = EngineIntent | ConnectionEvent | MediaEvent | OtherEvent;
export type EventType = EngineEvent['type'];

/** A wish of the program or the user. Each is answered by exactly one `settle` effect. */
export type EngineIntent = { readonly intentId: IntentId } & (
  | {
      readonly type: 'init';
      readonly userId: UserId;
      readonly nickname: string | null;
      readonly avatar: string | null;
      readonly restored: readonly RestoredCall[];
      readonly ignored: readonly CallId[];
      readonly pendingTerminations: readonly PendingTermination[];
      readonly missedSeq: number | null;
    }
  | { readonly type: 'renew-user-sig'; readonly userSig: string }
  | { readonly type: 'set-self-info'; readonly nickname: string; readonly avatar: string }
  | {
      readonly type: 'call';
      readonly userIds: readonly UserId[];
      readonly mediaType: MediaType;
      readonly groupId: string;
      readonly timeout: number;
      readonly userData: string;
    }
  | { readonly type: 'accept'; readonly video: boolean }
  | { readonly type: 'reject' }
  | { readonly type: 'ignore' }
  | { readonly type: 'hangup' }
  | { readonly type: 'sign-out' }
  | { readonly type: 'join'; readonly callId: CallId }
  | { readonly type: 'join-group'; readonly groupId: string }
  | { readonly type: 'invite'; readonly userIds: readonly UserId[]; readonly timeout: number }
  | { readonly type: 'switch-media-type'; readonly mediaType: MediaType }
  | {
      readonly type: 'accept-waiting';
      readonly currentCall: CurrentCallAction;
      readonly video: boolean;
    }
  | { readonly type: 'reject-waiting' }
  | { readonly type: 'hold'; readonly on: boolean }
  | { readonly type: 'recent-calls'; readonly cursor: string | null; readonly limit: number }
  | { readonly type: 'delete-recent-calls'; readonly callIds: readonly CallId[] }
  | { readonly type: 'turn-track'; readonly source: TrackSource; readonly on: boolean }
  | { readonly type: 'dismiss' }
);
export type IntentType = EngineIntent['type'];
export type IntentOf<T extends IntentType> = Extract<EngineIntent, { type: T }>;

export type ConnectionEvent =
  | { readonly type: 'socket-connected' }
  | { readonly type: 'socket-disconnected' }
  | { readonly type: 'socket-refused'; readonly error: ErrorShape }
  | { readonly type: 'message-received'; readonly message: ServerMessage }
  | { readonly type: 'command-acked'; readonly command: Command; readonly answer: Answer }
  /** Given up without an answer: the server may or may not have done it. */
  | { readonly type: 'command-failed'; readonly command: Command; readonly error: ErrorShape };

export type MediaEvent =
  | { readonly type: 'media-update'; readonly update: MediaUpdate }
  | { readonly type: 'media-joined'; readonly attempt: number }
  | { readonly type: 'media-join-failed'; readonly attempt: number; readonly error: CallError }
  | {
      /** The end of a `set-track` effect. */
      readonly type: 'track-set';
      readonly callId: CallId;
      readonly source: TrackSource;
      readonly on: boolean;
      readonly intentId: IntentId | null;
      readonly error: CallError | null;
    };

export type TimerName =
  'ring' | 'waiting-ring' | 'ended' | 'media-retry' | 'connection-notice' | 'sign-in';

export type OtherEvent =
  | { readonly type: 'timer-fired'; readonly name: TimerName }
  | { readonly type: 'devices-listed'; readonly devices: DeviceList }
  | { readonly type: 'page-leaving' }
  | { readonly type: 'page-returning' };

/** A command that the engine makes by itself needs no name of its own: the runner gives it one. */
export type CommandBody = Command extends infer C
  ? C extends { readonly id: CommandId }
    ? Omit<C, 'id'>
    : never
  : never;
