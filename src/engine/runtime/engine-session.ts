import { PROTOCOL_VERSION, type SessionId, type UserId } from '../../protocol/index.ts';
import type { StorageKey } from '../state/effects.ts';
import { toCallError, EffectRunner } from './effect-runner.ts';
import type { EngineStore } from './engine-store.ts';
import { storageKey, loadPersisted, type PersistedState } from './persistence.ts';
import type { EnginePorts } from '../api/ports.ts';
import { SignalClient } from './signal-client.ts';

export interface Credentials {
  readonly server: string;
  readonly userId: UserId;
  readonly userSig: string;
}

/**
 * One user signed in at one server: from init() to destroy(). Owns the socket's use, the media and page
 * listeners, the effect runner, and the session id; does not own the state. Ends with `close()`.
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
  /** The newest that was not refused: handshakes carry it. */
  #userSig: string;
  /** The newest that the server has taken, as far as is known. */
  #taken: string;

  constructor(
    ports: EnginePorts,
    store: EngineStore,
    credentials: Credentials,
    sessionId: SessionId,
  ) {
    this.server = credentials.server;
    this.userId = credentials.userId;
    this.#userSig = credentials.userSig;
    this.#taken = credentials.userSig;
    this.#ports = ports;
    this.#store = store;
    this.#sessionId = sessionId;
    this.signal = new SignalClient(ports.socket, ports.clock, ports.logger, {
      connected: () => store.dispatch({ type: 'socket-connected' }),
      disconnected: () => store.dispatch({ type: 'socket-disconnected' }),
      refused: (error) => store.dispatch({ type: 'socket-refused', error }),
      message: (message) => store.dispatch({ type: 'message-received', message }),
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

  /** Hands a new userSig over by `ask`. One that is refused gives way to the one before. */
  async renew(userSig: string, ask: () => Promise<unknown>): Promise<void> {
    this.#userSig = userSig;
    try {
      await ask();
      this.#taken = userSig;
    } catch (cause) {
      const { name } = toCallError(cause, 'internal-error');
      // Without an answer the server may have taken it: the next handshake will tell.
      if (name !== 'signaling-failed' && this.#userSig === userSig) this.#userSig = this.#taken;
      throw cause;
    }
  }

  loadPersisted(): PersistedState {
    return loadPersisted(this.#ports.storage, this.#keyOf);
  }

  /** Tells the server that this session goes away; survives the page. */
  sendLeave(): void {
    const { userId, userSig } = this;
    this.#ports.page.sendLeave(this.server, { userId, userSig, sessionId: this.#sessionId });
  }

  /** Lets go of everything; forgets what a reload would have come back to. */
  async close(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose();
    this.#runner.close();
    this.signal.close();
    for (const key of ['open-call', 'tracks', 'ignored'] as const) {
      this.#ports.storage.tab.write(this.#keyOf(key), null);
    }
    await this.#ports.media.leave();
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
      // An address that cannot even be tried: the same as being refused.
      const error = toCallError(cause, 'signaling-failed');
      this.#store.dispatch({ type: 'socket-refused', error });
    }
  }

  readonly #keyOf = (key: StorageKey): string => storageKey(this.server, this.userId, key);
}
