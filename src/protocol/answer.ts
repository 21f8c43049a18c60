import type { CallView, MediaAccess, MissedCall, RecentCall } from './call.ts';
import type { CommandType } from './command.ts';
import type { ErrorShape } from './error-code.ts';

/**
 * The server's acknowledgement of a command. A command that lost a race, such as an accept after a
 * cancel, is acknowledged with `ok` and the current call. An error means that the server refused the
 * command and changed nothing.
 */
export type Answer<T extends CommandType = CommandType> =
  ({ readonly ok: true } & Results[T]) | { readonly ok: false; readonly error: ErrorShape };

/** The result of a successful command, by command type. */
export interface Results {
  call: { readonly call: CallView };
  /** null: the command to cancel has not arrived; the server refuses it when it does. */
  cancel: { readonly call: CallView | null };
  /** `media` is null unless this session joined the call. */
  accept: { readonly call: CallView; readonly media: MediaAccess | null };
  reject: { readonly call: CallView };
  hangup: { readonly call: CallView };
  invite: { readonly call: CallView };
  join: { readonly call: CallView; readonly media: MediaAccess | null };
  'join-group': { readonly call: CallView; readonly media: MediaAccess | null };
  /** `media` is null unless this session resumed the call. */
  hold: { readonly call: CallView; readonly media: MediaAccess | null };
  'switch-media-type': { readonly call: CallView };
  alerted: { readonly call: CallView };
  'media-access': { readonly media: MediaAccess };
  'media-failed': Readonly<Record<never, never>>;
  'report-quality': Readonly<Record<never, never>>;
  sync: {
    readonly calls: readonly CallView[];
    readonly missed: readonly MissedCall[];
    /** The value for `missedSince` in the next sync. */
    readonly missedSeq: number;
  };
  /** `cursor` selects the next page; null on the last page. */
  'recent-calls': { readonly calls: readonly RecentCall[]; readonly cursor: string | null };
  'delete-recent-calls': Readonly<Record<never, never>>;
  /** Milliseconds until the new userSig expires. */
  'renew-user-sig': { readonly userSigExpiresInMs: number };
  /** The profile as the server stored it. */
  'set-self-info': { readonly nickname: string; readonly avatar: string };
  'set-push-target': Readonly<Record<never, never>>;
}
