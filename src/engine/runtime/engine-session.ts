import {
  PROTOCOL_VERSION,
  type CommandId,
  type ErrorShape,
  type ServerMessage,
  type SessionId,
  type UserId,
} from '../../protocol/index.ts';
import type { InitOptions } from '../api/init-options.ts';
import { serverParameter, userIdParameter, userSigParameter } from '../api/parameters.ts';
import type { StorageKey } from '../state/effects.ts';
import { toCallError, EffectRunner } from './effect-runner.ts';
import type { EngineStore } from './engine-store.ts';
import { storageKey, loadPersisted, type PersistedState } from './persistence.ts';
import type { EnginePorts } from '../api/ports.ts';
import { SignalClient } from './signal-client.ts';

/** The parsed identity of `init()`. */
export interface Credentials {
  readonly server: string;
  readonly userId: UserId;
  readonly userSig: string;
}

/** @throws {CallError} invalid-parameter */
export function parseCredentials({ server, userId, userSig }: InitOptions): Credentials {
  return {
    server: serverParameter(server),
    userId: userIdParameter('userId', userId),
    userSig: userSigParameter(userSig),
  };
}

/**
 * The session of one user at one server, from `init()` to `destroy()`. Owns the signal client, the media
 * and page listeners, the effect runner and the session id. Does not own the state. Ends with `close()`.
 */
export class EngineSession {
  readonly server: string;
  readonly userId: UserId;
  readonly signal: SignalClient;
  readonly #ports: EnginePorts;
  readonly #store: EngineStore;
  readonly #sessionId: SessionId;
  readonly #runner: EffectRunner;
  readonly #disposers: (() => void)[] = [];
  /** The newest userSig that was not refused; handshakes carry it. */
  #userSig: string;
  /** The newest userSig that the server is known to have accepted. */
  #acceptedUserSig: string;

  constructor(
    ports: EnginePorts,
    store: EngineStore,
    credentials: Credentials,
    sessionId: SessionId,
  ) {
    this.server = credentials.server;
    this.userId = credentials.userId;
    this.#userSig = credentials.userSig;
    this.#acceptedUserSig = credentials.userSig;
    this.#ports = ports;
    this.#store = store;
    this.#sessionId = sessionId;
    this.signal = new SignalClient(ports.socket, ports.clock, ports.logger, {
      connected: () => store.dispatch({ type: 'socket-connected' }),
      disconnected: () => store.dispatch({ type: 'socket-disconnected' }),
      refused: (error) => this.#onRefused(error),
      message: (message) => this.#onMessage(message),
      acked: (command, answer) => store.dispatch({ type: 'command-acked', command, answer }),
      failed: (command, error) => store.dispatch({ type: 'command-failed', command, error }),
    });
    this.#runner = new EffectRunner(ports, this.signal, {
      dispatch: (event) => store.dispatch(event),
      openSocket: () => this.#openSocket(),
      sendLeave: () => this.sendLeave(),
      storageKey: this.#keyOf,
    });
    store.runEffect = (effect) => this.#runner.run(effect);
    this.#disposers.push(
      () => (store.runEffect = null),
      ports.media.listen((update) => store.dispatch({ type: 'media-update', update })),
      ports.page.onLeaving(() => store.dispatch({ type: 'page-leaving' })),
      ports.page.onReturning(() => store.dispatch({ type: 'page-returning' })),
    );
  }

  get userSig(): string {
    return this.#userSig;
  }

  /** Replaces the userSig; `send` sends it to the server. A refusal restores the accepted userSig. */
  async renew(userSig: string, send: () => Promise<unknown>): Promise<void> {
    this.#userSig = userSig;
    try {
      await send();
      this.#acceptedUserSig = userSig;
    } catch (cause) {
      const { name } = toCallError(cause, 'internal-error');
      // Without an acknowledgement the server may have accepted it; the next handshake shows that.
      if (name !== 'signaling-failed' && this.#userSig === userSig) {
        this.#userSig = this.#acceptedUserSig;
      }
      throw cause;
    }
  }

  loadPersisted(): PersistedState {
    return loadPersisted(this.#ports.storage, this.#keyOf);
  }

  /** Sends the leave beacon of this session, which outlives the page. */
  sendLeave(): void {
    const { userId, userSig } = this;
    this.#ports.page.sendLeave(this.server, { userId, userSig, sessionId: this.#sessionId });
  }

  /** The user signs out: this device gets no notification of their rings any more. */
  forgetPush(): void {
    const target = this.#ports.push?.forget(this);
    if (!target) return;
    const id = this.#ports.randomId() as CommandId;
    this.signal.send({ type: 'set-push-target', id, target, on: false }, 'reliable');
  }

  /** Releases everything and deletes the state that a reload would restore. */
  async close(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose();
    this.#runner.close();
    this.signal.close();
    for (const key of ['open-call', 'tracks', 'ignored'] as const) {
      this.#ports.storage.tab.write(this.#keyOf(key), null);
    }
    await this.#ports.media.leave();
  }

  #onRefused(error: ErrorShape): void {
    const { name } = error;
    if (name === 'user-sig-expired' || name === 'user-sig-invalid') this.#ports.push?.forget(this);
    this.#store.dispatch({ type: 'socket-refused', error });
  }

  #onMessage(message: ServerMessage): void {
    const isKick = message.type === 'kicked-offline' && message.reason !== 'same-session';
    if (isKick) this.#ports.push?.forget(this);
    this.#store.dispatch({ type: 'message-received', message });
  }

  #openSocket(): void {
    try {
      this.signal.open(this.server, () => ({
        protocol: PROTOCOL_VERSION,
        userId: this.userId,
        userSig: this.userSig,
        sessionId: this.#sessionId,
      }));
    } catch (cause) {
      // The socket cannot use this URL; the state treats it as a refusal.
      const error = toCallError(cause, 'signaling-failed');
      this.#store.dispatch({ type: 'socket-refused', error });
    }
  }

  readonly #keyOf = (key: StorageKey): string => storageKey(this.server, this.userId, key);
}
