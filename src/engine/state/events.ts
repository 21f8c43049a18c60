import type {
  Answer,
  CallId,
  Command,
  CommandId,
  ErrorShape,
  MediaType,
  CurrentCallAction,
  PushTarget,
  ServerMessage,
  UserId,
} from '../../protocol/index.ts';
import type { CallError } from '../api/call-error.ts';
import type { IntentId, RestoredCall } from './call-state.ts';
import type { PendingTermination } from './pending-termination.ts';
import type { MediaUpdate, TrackSource } from '../api/ports.ts';
import type { DeviceList } from '../api/snapshot.ts';

/** An event with its time: `at` is in ms on the engine's clock. */
export type CallEvent = EngineEvent & { readonly at: number };

/** The inputs of the transition. */
export type EngineEvent = EngineIntent | ConnectionEvent | MediaEvent | OtherEvent;
export type EventType = EngineEvent['type'];

/** What the program or the user asks for. Each intent causes exactly one `settle` effect. */
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
      /** `false`: a video call with the own camera off. */
      readonly video?: boolean;
    }
  | { readonly type: 'accept'; readonly video: boolean }
  /** The user answers in a browser without WebRTC. */
  | { readonly type: 'report-unanswerable' }
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
  | { readonly type: 'set-push-target'; readonly target: PushTarget; readonly on: boolean }
  | { readonly type: 'turn-track'; readonly source: TrackSource; readonly on: boolean }
  | { readonly type: 'retry-media' }
  | { readonly type: 'dismiss' }
);
export type IntentType = EngineIntent['type'];

/** An intent before it has an id. */
export type IntentRequest = EngineIntent extends infer Intent
  ? Intent extends EngineIntent
    ? Omit<Intent, 'intentId'>
    : never
  : never;

/** The intent of this type. */
export type IntentOf<T extends IntentType> = Extract<EngineIntent, { type: T }>;

/** Events of the connection to the call server. */
export type ConnectionEvent =
  | { readonly type: 'socket-connected' }
  | { readonly type: 'socket-disconnected' }
  | { readonly type: 'socket-refused'; readonly error: ErrorShape }
  | { readonly type: 'message-received'; readonly message: ServerMessage }
  | { readonly type: 'command-acked'; readonly command: Command; readonly answer: Answer }
  /** The command timed out; the server may have processed it. */
  | { readonly type: 'command-failed'; readonly command: Command; readonly error: ErrorShape };

/** Events of the media session. */
export type MediaEvent =
  | { readonly type: 'media-update'; readonly update: MediaUpdate }
  | { readonly type: 'media-joined'; readonly attempt: number }
  | { readonly type: 'media-join-failed'; readonly attempt: number; readonly error: CallError }
  | {
      /** The result of a `set-track` effect. */
      readonly type: 'track-set';
      readonly callId: CallId;
      readonly source: TrackSource;
      readonly on: boolean;
      readonly intentId: IntentId | null;
      readonly error: CallError | null;
    };

/** The timers of the engine; derived-effects.ts says when each one runs. */
export type TimerName =
  | 'ring'
  | 'waiting-ring'
  | 'ended'
  | 'media-retry'
  | 'media-absence'
  | 'connection-notice'
  | 'sign-in';

/** Events of timers, devices and the page. */
export type OtherEvent =
  | { readonly type: 'timer-fired'; readonly name: TimerName }
  | { readonly type: 'devices-listed'; readonly devices: DeviceList }
  | { readonly type: 'page-leaving' }
  | { readonly type: 'page-returning' };

/** A command without its id. */
export type CommandBody = Command extends infer C
  ? C extends { readonly id: CommandId }
    ? Omit<C, 'id'>
    : never
  : never;
