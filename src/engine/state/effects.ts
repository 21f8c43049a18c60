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

/** All the engine can ask of the world. */
export type CallEffect =
  | { readonly type: 'open-socket' }
  | { readonly type: 'close-socket' }
  /** The sync is applied: commands that were held back may go. */
  | { readonly type: 'release-commands' }
  | {
      readonly type: 'send-command';
      /** null: made by the engine itself; the runner names it. */
      readonly id: CommandId | null;
      readonly command: CommandBody;
      readonly delivery: Delivery;
    }
  /** No longer wanted: not sent again, its answer not told. */
  | { readonly type: 'drop-command'; readonly id: CommandId }
  /** Likewise for what the engine asked by itself for a call that is over. */
  | { readonly type: 'drop-call-commands'; readonly callId: CallId }
  /** Likewise for what was to end a part in this call that is over. */
  | { readonly type: 'drop-terminations'; readonly callId: CallId }
  | { readonly type: 'prepare-media'; readonly url: string }
  | {
      readonly type: 'join-media';
      readonly attempt: number;
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
  /** Takes the place of a running timer of that name. */
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

export interface SettleIntent {
  readonly type: 'settle';
  readonly intentId: IntentId;
  readonly outcome: IntentOutcome;
}

/**
 * How long a command is tried: `interactive` for as long as a person waits; `reliable` until the server has
 * it, however long; `immediate` only on this connection, and not held back until the sync is applied.
 */
export type Delivery = 'interactive' | 'reliable' | 'immediate';

export type IntentOutcome = IntentResult | { readonly ok: false; readonly error: ErrorShape };

/** What a wish came to: the call it made, the page it asked for. */
export interface IntentResult {
  readonly ok: true;
  readonly callId: CallId | null;
  readonly page?: RecentPage;
}

/** A page of the user's own list of calls that are over. */
export interface RecentPage {
  readonly calls: readonly RecentCall[];
  /** For the next page; null: this is the last one. */
  readonly cursor: string | null;
}

/** What the device remembers of this user. `open-call`: "callId version …"; `tracks`: what is on. */
export type StorageKey = 'open-call' | 'tracks' | 'ignored' | 'terminations' | 'missed-seq';
