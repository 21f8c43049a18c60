import type { MediaType } from './call.ts';
import type { CallId, CommandId, SessionId, UserId } from './ids.ts';

/**
 * Everything a client may ask of the server, sent as socket.io event `command` with an
 * acknowledgement. Each carries an `id` made by the client: it is sent again with the same id until
 * it is answered, and takes effect once.
 */
export type Command =
  | CallCommand
  | {
      /** Takes a call back by the id of the command that made it: works before that was answered. */
      readonly type: 'cancel';
      readonly id: CommandId;
      readonly callCommandId: CommandId;
    }
  | { readonly type: 'accept'; readonly id: CommandId; readonly callId: CallId }
  | { readonly type: 'reject'; readonly id: CommandId; readonly callId: CallId }
  | { readonly type: 'hangup'; readonly id: CommandId; readonly callId: CallId }
  | {
      readonly type: 'invite';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly userIds: readonly UserId[];
      /** Seconds; 0 rings until answered or taken back. */
      readonly timeout: number;
    }
  | { readonly type: 'join'; readonly id: CommandId; readonly callId: CallId }
  | {
      readonly type: 'switch-media-type';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly mediaType: MediaType;
    }
  | {
      /** Says that this device rings. */
      readonly type: 'alerted';
      readonly id: CommandId;
      readonly callId: CallId;
    }
  | { readonly type: 'media-access'; readonly id: CommandId; readonly callId: CallId }
  | {
      /** Asks for all live calls of the user, the named calls whatever their state, and missed calls. */
      readonly type: 'sync';
      readonly id: CommandId;
      readonly knownCallIds: readonly CallId[];
      /** The highest `seq` this device has seen; null: none yet. */
      readonly missedSince: number | null;
    }
  | { readonly type: 'renew-user-sig'; readonly id: CommandId; readonly userSig: string }
  | {
      readonly type: 'set-self-info';
      readonly id: CommandId;
      readonly nickname: string;
      readonly avatar: string;
    };

export interface CallCommand {
  readonly type: 'call';
  readonly id: CommandId;
  readonly userIds: readonly UserId[];
  readonly mediaType: MediaType;
  /** '' when it is not for a group. */
  readonly groupId: string;
  /** Seconds; 0 rings until answered or cancelled. */
  readonly timeout: number;
  readonly userData: string;
}

export type CommandType = Command['type'];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** Sent with the socket's handshake. */
export interface Handshake {
  readonly protocol: number;
  readonly userSig: string;
  readonly sessionId: SessionId;
}

/**
 * The body of the beacon a closing page sends to `POST /v1/leave` (text/plain JSON, since a beacon
 * can set no header): the server keeps this session's seats for 8 s, then gives them up.
 */
export interface LeaveBeacon {
  readonly userSig: string;
  readonly sessionId: SessionId;
}
