import type {
  KickReason,
  ServerMessage,
  SessionId,
  SessionIdentity,
  UserId,
} from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import type { Clock } from '../shared/clock.ts';

/** A connected session, as the receiver of messages. */
export interface ConnectedSession extends SessionIdentity {
  /** Its userSig has lapsed: it receives changes of its own calls only. */
  readonly hasLapsed: boolean;
  /** False after it has reported that its browser cannot answer a call. */
  readonly canAnswer: boolean;
  /** The server has set another profile. Returns the one that is shown: claims of the userSig win over it. */
  setProfile(profile: Profile): Profile;
  send(message: ServerMessage): void;
  /** Sends the reason and closes; the client does not reconnect. */
  kick(reason: KickReason): void;
}

/** A leave beacon applies to the connection at that time only. */
export const LEAVING_TTL_MS = 20_000;

/** The connected sessions, one connection each. Owns no connection. */
export class Hub {
  readonly #clock: Clock;
  readonly #users = new Map<UserId, Map<SessionId, ConnectedSession>>();
  /** Sessions that sent a leave beacon → time of arrival. */
  readonly #leaving = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Replaces an older connection of the same session, which is returned. */
  add(connection: ConnectedSession): ConnectedSession | null {
    const { userId, sessionId } = connection;
    const sessions = this.#users.get(userId) ?? new Map<SessionId, ConnectedSession>();
    const older = sessions.get(sessionId) ?? null;
    sessions.set(sessionId, connection);
    this.#users.set(userId, sessions);
    this.#leaving.delete(key(userId, sessionId));
    return older;
  }

  /** Returns false if a newer connection has replaced it. */
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

  /** Sets the profile of the user's sessions here. Returns the one that is shown: a session's claims win over it. */
  setProfile(userId: UserId, profile: Profile): Profile {
    const shown = this.sessionsOf(userId).map((session) => session.setProfile(profile));
    const isClaimed = ({ nickname, avatar }: Profile) =>
      nickname !== profile.nickname || avatar !== profile.avatar;
    return shown.find(isClaimed) ?? profile;
  }

  canAnswer(userId: UserId): boolean {
    return this.sessionsOf(userId).some(({ canAnswer }) => canAnswer);
  }

  connection(userId: UserId, sessionId: SessionId): ConnectedSession | null {
    return this.#users.get(userId)?.get(sessionId) ?? null;
  }

  isConnected(userId: UserId, sessionId: SessionId): boolean {
    return this.#users.get(userId)?.has(sessionId) ?? false;
  }

  markLeaving(userId: UserId, sessionId: SessionId): void {
    const now = this.#clock.now();
    // Ordered by time.
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
