/**
 * The ids on the wire, branded so that the compiler distinguishes them. Parsers return null for a
 * malformed value and never throw.
 */

/** Names a user; chosen by the customer's back end. */
export type UserId = string & { readonly __brand: 'UserId' };
/** Identifies a call; created by the server. */
export type CallId = string & { readonly __brand: 'CallId' };
/** Identifies a session; created by the client and kept across a reload. */
export type SessionId = string & { readonly __brand: 'SessionId' };
/** Identifies a command; created by the client. */
export type CommandId = string & { readonly __brand: 'CommandId' };

/** Case-sensitive: `Bob` and `bob` are two users. See docs/contract.md, Limits. */
const USER_ID = /^[A-Za-z0-9_.@-]{1,64}$/;

/** Ids of calls, sessions and commands: at least 128 random bits, base64url or hex. */
const RANDOM_ID = /^[A-Za-z0-9_-]{16,64}$/;

/** Parses a userId: 1 to 64 of `A-Z a-z 0-9 _ . @ -`. */
export function parseUserId(value: unknown): UserId | null {
  return typeof value === 'string' && USER_ID.test(value) ? (value as UserId) : null;
}

/** Parses a call id: 16 to 64 of `A-Z a-z 0-9 _ -`. */
export function parseCallId(value: unknown): CallId | null {
  return typeof value === 'string' && RANDOM_ID.test(value) ? (value as CallId) : null;
}

/** Parses a session id: 16 to 64 of `A-Z a-z 0-9 _ -`. */
export function parseSessionId(value: unknown): SessionId | null {
  return typeof value === 'string' && RANDOM_ID.test(value) ? (value as SessionId) : null;
}

/** Parses a command id: 16 to 64 of `A-Z a-z 0-9 _ -`. */
export function parseCommandId(value: unknown): CommandId | null {
  return typeof value === 'string' && RANDOM_ID.test(value) ? (value as CommandId) : null;
}

/**
 * The identity of a session in the LiveKit room. It contains the session id, because LiveKit
 * disconnects a participant when another joins with the same identity. A userId never contains `:`.
 */
export function mediaIdentity(userId: UserId, sessionId: SessionId): string {
  return `${userId}:${sessionId}`;
}

/** The user of a media identity; null if the identity is malformed. */
export function userOfMediaIdentity(identity: string): UserId | null {
  return parseUserId(identity.split(':')[0]);
}
