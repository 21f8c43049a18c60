import type { Clock } from '../../src/engine/ports.ts';
import {
  parseSessionId,
  PROTOCOL_VERSION,
  type Command,
  type SessionId,
  type UserId,
} from '../../src/protocol/index.ts';
import { Link } from './link.ts';

/** A session without an engine: says what it is told to, at any moment, as an odd client would. */
export class RawSession {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly link: Link;
  readonly #userSig: () => Promise<string>;

  constructor(parts: { userId: UserId; worldClock: Clock; userSig: () => Promise<string> }) {
    this.userId = parts.userId;
    const sessionId = parseSessionId(`session-of-raw-${parts.userId}`.padEnd(16, '-'));
    if (sessionId === null) throw new Error(`${parts.userId} is no name`);
    this.sessionId = sessionId;
    this.link = new Link(parts.worldClock);
    this.#userSig = parts.userSig;
  }

  async signIn(): Promise<void> {
    const userSig = await this.#userSig();
    const { sessionId } = this;
    const ignore = (): void => undefined;
    this.link.open('', () => ({ protocol: PROTOCOL_VERSION, userSig, sessionId }), {
      connected: ignore,
      disconnected: ignore,
      unreachable: ignore,
      message: ignore,
      // Its userSig has ended: it gets another one.
      refused: () => void this.signIn(),
    });
  }

  say(command: Command): void {
    this.link.send(command, 5000).catch(() => undefined);
  }
}
