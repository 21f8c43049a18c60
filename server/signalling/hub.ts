import type {
  KickReason,
  ServerMessage,
  SessionId,
  SessionIdentity,
  UserId,
} from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';

/** One session's way to be told things, as long as it is connected. */
export interface ConnectedSession extends SessionIdentity {
  /** Its userSig ended too long ago: it hears only of the call it is in. */
  readonly hasLapsed: boolean;
  send(message: ServerMessage): void;
  /** Says why and closes; the client does not come back by itself. */
  kick(reason: KickReason): void;
}

/** A good-bye says something about the connection of its moment only. */
export const LEAVING_TTL_MS = 20_000;

/** Who is connected: one connection for each session. Owns no connection. */
export class Hub {
  readonly #clock: Clock;
  readonly #users = new Map<UserId, Map<SessionId, ConnectedSession>>();
  /** Sessions whose page has said good-bye → when. */
  readonly #leaving = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the place of an older connection of the same session, which is answered. */
  add(connection: ConnectedSession): ConnectedSession | null {
    const { userId, sessionId } = connection;
    const sessions = this.#users.get(userId) ?? new Map<SessionId, ConnectedSession>();
    const older = sessions.get(sessionId) ?? null;
    sessions.set(sessionId, connection);
    this.#users.set(userId, sessions);
    this.#leaving.delete(key(userId, sessionId));
    return older;
  }

  /** False when a newer connection has taken its place already. */
  remove(connection: ConnectedSession): boolean {
    const { userId, sessionId } = connection;
    const sessions = this.#users.get(userId);
    if (sessions?.get(sessionId) !== connection) return false;
    sessions.delete(sessionId);
    if (sessions.size === 0) this.#users.delete(userId);
    return true;
  }

  sessionsOf(userId: UserId): readonly ConnectedSession[] {
    return [...(this.#users.get(userId)?.values() ?? [])];
  }

  connection(userId: UserId, sessionId: SessionId): ConnectedSession | null {
    return this.#users.get(userId)?.get(sessionId) ?? null;
  }

  isConnected(userId: UserId, sessionId: SessionId): boolean {
    return this.#users.get(userId)?.has(sessionId) ?? false;
  }

  markLeaving(userId: UserId, sessionId: SessionId): void {
    const now = this.#clock.now();
    // The oldest come first.
    for (const [one, at] of this.#leaving) {
      if (now - at <= LEAVING_TTL_MS) break;
      this.#leaving.delete(one);
    }
    this.#leaving.delete(key(userId, sessionId));
    this.#leaving.set(key(userId, sessionId), now);
  }

  isLeaving(userId: UserId, sessionId: SessionId): boolean {
    const at = this.#leaving.get(key(userId, sessionId));
    return at !== undefined && this.#clock.now() - at <= LEAVING_TTL_MS;
  }

  all(): readonly ConnectedSession[] {
    return [...this.#users.values()].flatMap((sessions) => [...sessions.values()]);
  }

  get size(): number {
    let count = 0;
    for (const sessions of this.#users.values()) count += sessions.size;
    return count;
  }

  userCount(): number {
    return this.#users.size;
  }
}

const key = (userId: UserId, sessionId: SessionId) => `${userId}:${sessionId}`;
