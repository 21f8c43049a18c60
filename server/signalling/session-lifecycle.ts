import type { SessionIdentity } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import { SessionConnection } from './connection.ts';
import type { ConnectionDependencies, Transport } from './connection.ts';
import type { Hub } from './hub.ts';
import type { Session } from './session.ts';

export interface SessionLifecycleDependencies extends ConnectionDependencies {
  readonly hub: Hub;
  readonly calls: CallService;
  readonly presence: PresenceListener;
}

/** Is notified of presence that concerns other nodes. */
export interface PresenceListener {
  /** A session has disconnected, and the store has recorded it. */
  onLeft(session: SessionIdentity): Promise<void>;
  /** The store could not record that a session connected or disconnected. */
  onPresenceFailed(session: SessionIdentity): void;
}

/** For a server without other nodes. */
export const NO_PRESENCE_LISTENER: PresenceListener = {
  onLeft: async () => undefined,
  onPresenceFailed: () => undefined,
};

/** Connect and disconnect of sessions, independent of the transport: replacement of older ones, and presence. */
export class SessionLifecycle {
  readonly #dependencies: SessionLifecycleDependencies;

  constructor(dependencies: SessionLifecycleDependencies) {
    this.#dependencies = dependencies;
  }

  connected(session: Session, transport: Transport): SessionConnection {
    const connection = new SessionConnection(session, transport, this.#dependencies);
    this.#replaceOthers(connection);
    connection.welcome();
    this.#inBackground(this.#updatePresence(connection));
    return connection;
  }

  disconnected(connection: SessionConnection): void {
    connection.closed();
    if (!this.#dependencies.hub.remove(connection)) return;
    const { userId, sessionId } = connection;
    const noted = this.#updatePresence(connection);
    this.#inBackground(noted.then(() => this.#dependencies.presence.onLeft({ userId, sessionId })));
  }

  /** Kicks the same session's older connection; with `single` also the user's other sessions. */
  #replaceOthers(connection: SessionConnection): void {
    const { hub, config } = this.#dependencies;
    const others = hub.sessionsOf(connection.userId);
    hub.add(connection)?.kick('same-session');
    if (config.sessions === 'multiple') return;
    for (const other of others) {
      if (other.sessionId === connection.sessionId) continue;
      other.kick('newer-session');
      this.#inBackground(this.#dependencies.calls.evictSession(other.userId, other.sessionId));
    }
  }

  async #updatePresence({ userId, sessionId }: SessionConnection): Promise<void> {
    try {
      await this.#dependencies.calls.presenceChanged(userId, sessionId);
    } catch (error) {
      this.#dependencies.presence.onPresenceFailed({ userId, sessionId });
      throw error;
    }
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#dependencies.log.error({ err: error }, 'presence could not be updated');
    });
  }
}
