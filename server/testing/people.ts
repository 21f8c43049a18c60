import {
  parseCallId,
  parseCommandId,
  parseSessionId,
  parseUserId,
} from '../../src/protocol/index.ts';
import type { CallId, CommandId, SessionId, UserId } from '../../src/protocol/index.ts';
import type { Actor } from '../calls/model/decision.ts';

/** Ids for tests; a malformed one fails the test. */

export function user(name: string): UserId {
  return must(parseUserId(name), name);
}

/** `phone` → a readable session id. */
export function session(name: string): SessionId {
  return must(parseSessionId(`session-${name}`.padEnd(16, '-')), name);
}

export function commandId(name: string): CommandId {
  return must(parseCommandId(`command-${name}`.padEnd(16, '-')), name);
}

export function callId(name: string): CallId {
  return must(parseCallId(`call-${name}`.padEnd(16, '-')), name);
}

/** A user on one device, by default the device with the user's name. */
export function actorOn(
  userId: UserId,
  device: string = userId,
  groups: readonly string[] = [],
): Actor {
  return { userId, sessionId: session(device), nickname: '', avatar: '', groups };
}

export const [alice, bob, carol, dave, erin] = [
  user('alice'),
  user('bob'),
  user('carol'),
  user('dave'),
  user('erin'),
];

function must<T>(value: T | null, name: string): T {
  if (value === null) throw new Error(`"${name}" is no id`);
  return value;
}
