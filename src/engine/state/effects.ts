import type {
  CallId,
  CommandId,
  ErrorShape,
  MediaAccess,
  MediaType,
  RecentCall,
} from '../../protocol/index.ts';
import type { CommandBody, TimerName } from './events.ts';
import type { IntentId } from './call-state.ts';
import type { TrackSource } from '../api/ports.ts';

/** The effects of the engine: actions as data. EffectRunner performs them. */
export type CallEffect =
  | { readonly type: 'open-socket' }
  | { readonly type: 'close-socket' }
  /** The result of the sync has been applied: sends the waiting commands. */
  | { readonly type: 'release-commands' }
  | {
      readonly type: 'send-command';
      /** null: the runner creates the id, for a command without an intent. */
      readonly id: CommandId | null;
      readonly command: CommandBody;
      readonly delivery: Delivery;
    }
  /** Forgets a pending command: no further attempt, no event for its acknowledgement. */
  | { readonly type: 'drop-command'; readonly id: CommandId }
  /** Forgets the pending `media-access` and `alerted` commands of a call. */
  | { readonly type: 'drop-call-commands'; readonly callId: CallId }
  /** Forgets the pending terminations of a call. */
  | { readonly type: 'drop-terminations'; readonly callId: CallId }
  | { readonly type: 'prepare-media'; readonly url: string }
  | {
      readonly type: 'join-media';
      readonly attempt: number;
      readonly callId: CallId;
      readonly access: MediaAccess;
      readonly mediaType: MediaType;
    }
  | { readonly type: 'leave-media' }
  | {
      readonly type: 'set-track';
      readonly callId: CallId;
      readonly source: TrackSource;
      readonly on: boolean;
      readonly intentId: IntentId | null;
    }
  /** Replaces a running timer of that name. */
  | { readonly type: 'start-timer'; readonly name: TimerName; readonly ms: number }
  | { readonly type: 'cancel-timer'; readonly name: TimerName }
  | {
      readonly type: 'persist';
      readonly where: 'tab' | 'browser';
      readonly key: StorageKey;
      readonly value: string | null;
    }
  | { readonly type: 'send-leave' }
  | SettleIntent;

/** Settles the promise of an intent. */
export interface SettleIntent {
  readonly type: 'settle';
  readonly intentId: IntentId;
  readonly outcome: IntentOutcome;
}

/**
 * How long a command is repeated.
 *
 * - `interactive`: until it is acknowledged, for at most 20 s
 * - `reliable`: until it is acknowledged, without a limit
 * - `immediate`: on the current connection only; does not wait for the sync
 */
export type Delivery = 'interactive' | 'reliable' | 'immediate';

/** How an intent settles. */
export type IntentOutcome = IntentResult | { readonly ok: false; readonly error: ErrorShape };

/** The result of a successful intent. */
export interface IntentResult {
  readonly ok: true;
  /** The call that was started or joined. */
  readonly callId: CallId | null;
  /** The page of recent calls that was requested. */
  readonly page?: RecentPage;
}

/** A page of the user's own list of ended calls, the newest first. */
export interface RecentPage {
  readonly calls: readonly RecentCall[];
  /** Selects the next page; null on the last page. */
  readonly cursor: string | null;
}

/**
 * The persisted values per server and user.
 *
 * - `open-call`: notified calls as `callId version …`, the one on the screen first
 * - `tracks`: the wanted tracks of the call on the screen
 * - `ignored`: the ignored calls
 * - `terminations`: the pending terminations
 * - `missed-seq`: the `seq` of the newest notified missed call
 */
export type StorageKey = 'open-call' | 'tracks' | 'ignored' | 'terminations' | 'missed-seq';
