import { PROTOCOL_VERSION, type SessionId, type UserId } from '../protocol/index.ts';
import type { MemoryKey } from './call-effect.ts';
import { asCallError, EffectRunner } from './effect-runner.ts';
import type { EngineStore } from './engine-store.ts';
import { memoryKeyFor, recollect, type Recollection } from './memory-keys.ts';
import type { EnginePorts } from './ports.ts';
import { SignalClient } from './signal-client.ts';

export interface SignIn {
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
  readonly #ends: (() => void)[] = [];
  /** The newest that was not refused: handshakes carry it. */
  #userSig: string;
  /** The newest that the server has taken, as far as is known. */
  #taken: string;

  constructor(ports: EnginePorts, store: EngineStore, signIn: SignIn, sessionId: SessionId) {
    this.server = signIn.server;
    this.userId = signIn.userId;
    this.#userSig = signIn.userSig;
    this.#taken = signIn.userSig;
    this.#ports = ports;
    this.#store = store;
    this.#sessionId = sessionId;
    this.signal = new SignalClient(ports.socket, ports.clock, ports.logger, {
      connected: () => store.dispatch({ type: 'socket-connected' }),
      disconnected: () => store.dispatch({ type: 'socket-disconnected' }),
      refused: (error) => store.dispatch({ type: 'socket-refused', error }),
      message: (message) => store.dispatch({ type: 'message-received', message }),
      answered: (command, answer) => store.dispatch({ type: 'command-answered', command, answer }),
      failed: (command, error) => store.dispatch({ type: 'command-failed', command, error }),
    });
    this.#runner = new EffectRunner(ports, this.signal, {
      dispatch: (event) => store.dispatch(event),
      openSocket: () => this.#openSocket(),
      sendLeave: () => this.sendLeave(),
      memoryKey: this.#keyOf,
    });
    store.runEffect = (effect) => this.#runner.run(effect);
    this.#ends.push(
      () => (store.runEffect = null),
      ports.media.listen((fact) => store.dispatch({ type: 'media-fact', fact })),
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
      const { name } = asCallError(cause, 'internal-error');
      // Without an answer the server may have taken it: the next handshake will tell.
      if (name !== 'signaling-failed' && this.#userSig === userSig) this.#userSig = this.#taken;
      throw cause;
    }
  }

  recollect(): Recollection {
    return recollect(this.#ports.memory, this.#keyOf);
  }

  /** Tells the server that this session goes away; survives the page. */
  sendLeave(): void {
    const { userId, userSig } = this;
    this.#ports.page.sendLeave(this.server, { userId, userSig, sessionId: this.#sessionId });
  }

  /** Lets go of everything; forgets what a reload would have come back to. */
  async close(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    this.#runner.close();
    this.signal.close();
    for (const key of ['open-call', 'tracks', 'ignored'] as const) {
      this.#ports.memory.tab.write(this.#keyOf(key), null);
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
      const error = asCallError(cause, 'signaling-failed');
      this.#store.dispatch({ type: 'socket-refused', error });
    }
  }

  readonly #keyOf = (key: MemoryKey): string => memoryKeyFor(this.server, this.userId, key);
}
