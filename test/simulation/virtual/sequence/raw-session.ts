import {
  parseCommandId,
  parseSessionId,
  PROTOCOL_VERSION,
  type CallId,
  type Command,
  type SessionId,
  type UserId,
} from '../../../../src/protocol/index.ts';
import type { Line } from '../system/system.ts';

export interface RawSessionParts<L extends Line> {
  readonly userId: UserId;
  /** The index of the session, where a user has more than one. */
  readonly device?: string;
  readonly server: string;
  readonly link: L;
  readonly randomId: () => string;
  readonly userSig: () => Promise<string>;
}

/** A session without an engine: sends any command at any moment, as a foreign client may. */
export class RawSession<L extends Line = Line> {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly link: L;
  readonly #server: string;
  readonly #randomId: () => string;
  readonly #userSig: () => Promise<string>;
  #unsentCall: Command | null = null;

  constructor(parts: RawSessionParts<L>) {
    this.userId = parts.userId;
    const sessionId = parseSessionId(
      `session-of-raw-${parts.userId}${parts.device ?? ''}`.padEnd(16, '-'),
    );
    if (sessionId === null) throw new Error(`${parts.userId} is no name`);
    this.sessionId = sessionId;
    this.link = parts.link;
    this.#server = parts.server;
    this.#randomId = parts.randomId;
    this.#userSig = parts.userSig;
  }

  async signIn(): Promise<void> {
    const userSig = await this.#userSig();
    const { userId, sessionId } = this;
    const handshake = { protocol: PROTOCOL_VERSION, userId, userSig, sessionId };
    const ignore = (): void => undefined;
    this.link.open(this.#server, () => handshake, {
      connected: () => this.#sendUnsentCall(),
      disconnected: ignore,
      unreachable: ignore,
      message: ignore,
      // Its userSig has expired: it gets another one.
      refused: () => void this.signIn(),
    });
  }

  /** A `call` that no engine makes, repeated until the server answers it. */
  call(userId: UserId): void {
    const id = parseCommandId(this.#randomId());
    if (id === null) throw new Error('a random id is no command id');
    const rest = { mediaType: 'audio', groupId: '', timeout: 0, userData: '' } as const;
    this.#unsentCall = { type: 'call', id, userIds: [userId], ...rest };
    this.#sendUnsentCall();
  }

  #sendUnsentCall(): void {
    const unsentCall = this.#unsentCall;
    if (unsentCall === null) return;
    this.link.send(unsentCall, 5000).then(
      () => (this.#unsentCall = null),
      () => undefined,
    );
  }

  hangUp(callId: CallId): void {
    const id = parseCommandId(this.#randomId());
    if (id !== null) this.send({ type: 'hangup', id, callId });
  }

  freshSig(): Promise<string> {
    return this.#userSig();
  }

  send(command: Command): void {
    this.link.send(command, 5000).catch(() => undefined);
  }
}
