/**
 * The ids that travel on the wire, branded so that one can never be passed for another.
 * Parsers return null for anything that is not well formed; they never throw.
 */
export type UserId = string & { readonly __brand: 'UserId' };
export type CallId = string & { readonly __brand: 'CallId' };
export type SessionId = string & { readonly __brand: 'SessionId' };
export type CommandId = string & { readonly __brand: 'CommandId' };

/** 1–64 of `[A-Za-z0-9_.@-]` (spec §5, limits). Case matters: `Bob` and `bob` are two users. */
const USER_ID = /^[A-Za-z0-9_.@-]{1,64}$/;

/** Ids made by a program (calls, sessions, commands): 128 random bits or more, base64url or hex. */
const RANDOM_ID = /^[A-Za-z0-9_-]{16,64}$/;

export function parseUserId(value: unknown): UserId | null {
  return typeof value === 'string' && USER_ID.test(value) ? (value as UserId) : null;
}

export function parseCallId(value: unknown): CallId | null {
  return typeof value === 'string' && RANDOM_ID.test(value) ? (value as CallId) : null;
}

export function parseSessionId(value: unknown): SessionId | null {
  return typeof value === 'string' && RANDOM_ID.test(value) ? (value as SessionId) : null;
}

export function parseCommandId(value: unknown): CommandId | null {
  return typeof value === 'string' && RANDOM_ID.test(value) ? (value as CommandId) : null;
}

/**
 * The name under which one session of a user is known to the media server. Two sessions of a user
 * must never share one (LiveKit would disconnect the older); `:` cannot occur in a userId.
 */
export function mediaIdentity(userId: UserId, sessionId: SessionId): string {
  return `${userId}:${sessionId}`;
}

/** The user behind a media identity, or null when it is not one of ours. */
export function userOfMediaIdentity(identity: string): UserId | null {
  return parseUserId(identity.split(':')[0]);
}
