import type { CallService } from '../calls/call-service.ts';
import { SessionConnection } from './connection.ts';
import type { ConnectionParts, Wire } from './connection.ts';
import type { Hub } from './hub.ts';
import type { Session } from './session.ts';

export interface ArrivalParts extends ConnectionParts {
  readonly hub: Hub;
  readonly calls: CallService;
}

/** What the coming and going of a session means, whatever its wire is: who gives way, who is looked for. */
export class Arrivals {
  readonly #parts: ArrivalParts;

  constructor(parts: ArrivalParts) {
    this.#parts = parts;
  }

  arrived(session: Session, wire: Wire): SessionConnection {
    const connection = new SessionConnection(session, wire, this.#parts);
    this.#takePlaces(connection);
    connection.welcome();
    this.#look(connection);
    return connection;
  }

  left(connection: SessionConnection): void {
    connection.closed();
    if (this.#parts.hub.remove(connection)) this.#look(connection);
  }

  /** The same session's older socket always goes; with `single`, so do the user's other sessions. */
  #takePlaces(connection: SessionConnection): void {
    const { hub, config } = this.#parts;
    const others = hub.sessionsOf(connection.userId);
    hub.add(connection)?.kick('same-session');
    if (config.sessions === 'multiple') return;
    for (const other of others) {
      if (other.sessionId === connection.sessionId) continue;
      other.kick('newer-session');
      this.#inBackground(this.#parts.calls.seatTaken(other.userId, other.sessionId));
    }
  }

  #look({ userId, sessionId }: SessionConnection): void {
    this.#inBackground(this.#parts.calls.reachChanged(userId, sessionId));
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'a change of presence was not noted');
    });
  }
}
