import type { CallView, MissedCall } from './call.ts';
import type { KickReason } from './error-code.ts';
import type { SessionId, UserId } from './ids.ts';

/**
 * Everything the server says by itself, as socket.io event `message`. Nothing depends on one
 * arriving: `sync` after a reconnect brings the same facts.
 */
export type ServerMessage =
  | {
      /** First on each connection. */
      readonly type: 'welcome';
      readonly userId: UserId;
      readonly sessionId: SessionId;
      readonly nickname: string;
      readonly avatar: string;
      readonly serverNow: number;
      readonly userSigExpiresInMs: number;
      /** Where media is, for warming the connection up while it rings. */
      readonly mediaUrl: string;
    }
  | { readonly type: 'call-changed'; readonly call: CallView }
  | { readonly type: 'call-missed'; readonly missed: MissedCall }
  | { readonly type: 'user-sig-expiring'; readonly inMs: number }
  | { readonly type: 'user-sig-expired' }
  | {
      /** The server closes the socket after this; the client must not reconnect by itself. */
      readonly type: 'kicked-offline';
      readonly reason: KickReason;
    };

export type ServerMessageType = ServerMessage['type'];
