import type { CallView, MediaAccess, MissedCall, RecentCall } from './call.ts';
import type { CommandType } from './command.ts';
import type { ErrorShape } from './error-code.ts';

/**
 * What the server answers. A command that lost a race (accept after a cancel, say) is answered `ok`
 * with the view that won; an error means that the command was refused and changed nothing.
 */
export type Answer<T extends CommandType = CommandType> =
  ({ readonly ok: true } & Results[T]) | { readonly ok: false; readonly error: ErrorShape };

/** What a successful answer carries, by command. */
export interface Results {
  call: { readonly call: CallView };
  /** null: the call command had not arrived; when it does, it is refused. */
  cancel: { readonly call: CallView | null };
  /** `media` only for the session that now is in the call. */
  accept: { readonly call: CallView; readonly media: MediaAccess | null };
  reject: { readonly call: CallView };
  hangup: { readonly call: CallView };
  invite: { readonly call: CallView };
  join: { readonly call: CallView; readonly media: MediaAccess | null };
  'join-group': { readonly call: CallView; readonly media: MediaAccess | null };
  /** `media` only for the session that is in the call again. */
  hold: { readonly call: CallView; readonly media: MediaAccess | null };
  'switch-media-type': { readonly call: CallView };
  alerted: { readonly call: CallView };
  'media-access': { readonly media: MediaAccess };
  sync: {
    readonly calls: readonly CallView[];
    readonly missed: readonly MissedCall[];
    /** What to send as `missedSince` next time. */
    readonly missedSeq: number;
  };
  /** `cursor`: where the next page begins; null: there is none. */
  'recent-calls': { readonly calls: readonly RecentCall[]; readonly cursor: string | null };
  'delete-recent-calls': Readonly<Record<never, never>>;
  'renew-user-sig': { readonly userSigExpiresInMs: number };
  'set-self-info': { readonly nickname: string; readonly avatar: string };
}
