import type { CallView, MissedCall } from './call.ts';
import type { KickReason } from './error-code.ts';
import type { SessionId, UserId } from './ids.ts';

/**
 * The messages that the server sends without a command, as Socket.IO event `message`. A lost message
 * does no harm: `sync` after a reconnect returns the same state.
 */
export type ServerMessage =
  | {
      /** The first message of each connection. */
      readonly type: 'welcome';
      readonly userId: UserId;
      readonly sessionId: SessionId;
      readonly nickname: string;
      readonly avatar: string;
      /** Epoch ms of the server. */
      readonly serverNow: number;
      readonly userSigExpiresInMs: number;
      /** URL of the LiveKit server, for preparing the connection while a call rings. */
      readonly mediaUrl: string;
      /** Public VAPID key of the server; '' if it sends no Web Push. */
      readonly vapidKey: string;
    }
  /** A call of this user has changed. */
  | { readonly type: 'call-changed'; readonly call: CallView }
  /** An invitation of this user ended without an answer. */
  | { readonly type: 'call-missed'; readonly missed: MissedCall }
  /** The userSig expires in `inMs` milliseconds; sent five minutes before. */
  | { readonly type: 'user-sig-expiring'; readonly inMs: number }
  /** The userSig has expired; the connection closes 60 s later. */
  | { readonly type: 'user-sig-expired' }
  | {
      /** The server ended the session and closes the connection. The client must not reconnect. */
      readonly type: 'kicked-offline';
      readonly reason: KickReason;
    };

/** The `type` of a message from the server. */
export type ServerMessageType = ServerMessage['type'];
