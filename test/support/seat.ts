import { randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { CallEngine } from '../../src/engine/call-engine.ts';
import { CallError } from '../../src/engine/api/call-error.ts';
import type {
  Clock,
  MediaSession,
  Page,
  SignalEvents,
  SignalSocket,
} from '../../src/engine/api/ports.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import {
  decodeRefusal,
  errorShape,
  type Command,
  type Handshake,
  type SessionId,
} from '../../src/protocol/index.ts';
import { FakeMedia } from '../fakes/fake-media.ts';
import { FakeLogger, FakeMemory, FakePage } from '../fakes/fake-page.ts';

/**
 * One user at one device: the real engine on a real connection to a real call server; without media,
 * unless the options provide it.
 */
export class Seat {
  readonly engine: CallEngine;
  readonly #socket = new NodeSocket();
  readonly #callbacks: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(
    clock: Clock,
    media: MediaSession = new FakeMedia(),
    { memory: storage, sessionId }: Tab = newTab(),
  ) {
    this.engine = new CallEngine({
      clock,
      randomId,
      socket: this.#socket,
      media,
      storage,
      page: new SeatPage(sessionId),
      logger: new FakeLogger(),
    });
    this.engine.listen(({ name, args }) => {
      if (name === 'onConnectionStateChanged') return;
      this.#callbacks.push(`${name}(${args.map(word).join(', ')})`);
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Its page disappears without a beacon. */
  vanish(): void {
    this.#socket.close();
  }

  /** The callbacks since the last check, for every message of the server until now. */
  async heard(): Promise<readonly string[]> {
    await this.#socket.roundTrip();
    return this.takeCallbacks();
  }

  /** The callbacks since the last check. */
  takeCallbacks(): readonly string[] {
    return this.#callbacks.splice(0);
  }

  /** Resolves when the engine's state satisfies the condition. */
  async until(isSo: (state: CallSnapshot) => boolean): Promise<void> {
    if (isSo(this.engine.state)) return;
    await new Promise<void>((resolve) => {
      const end = this.engine.subscribe((state) => {
        if (!isSo(state)) return;
        end();
        resolve();
      });
    });
  }

  /** The next callback of this name, received already or later. */
  async callback(name: string): Promise<void> {
    while (!this.#callbacks.some((line) => line.startsWith(`${name}(`))) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }
}

/** The storage of a tab across a reload. */
export interface Tab {
  readonly memory: FakeMemory;
  readonly sessionId: SessionId;
}

export function newTab(): Tab {
  return { memory: new FakeMemory(), sessionId: randomId() as SessionId };
}

class SeatPage extends FakePage implements Page {
  readonly #sessionId: SessionId;

  constructor(sessionId: SessionId) {
    super();
    this.#sessionId = sessionId;
  }

  override acquireSession(): Promise<{ sessionId: SessionId; release: () => void }> {
    return Promise.resolve({ sessionId: this.#sessionId, release: () => undefined });
  }
}

/** The port on socket.io's own client. */
export class NodeSocket implements SignalSocket {
  #socket: Socket | null = null;

  open(server: string, handshake: () => Handshake, events: SignalEvents): void {
    const socket = io(server, {
      transports: ['websocket'],
      forceNew: true,
      auth: (give: (handshake: object) => void) => give(handshake()),
    });
    this.#socket = socket;
    socket.on('connect', () => events.connected());
    socket.on('disconnect', (reason) => {
      events.disconnected();
      // After this one socket.io does not reconnect by itself, so the port has to.
      if (reason === 'io server disconnect' && this.#socket === socket) socket.connect();
    });
    socket.on('message', (frame: unknown) => events.message(frame));
    socket.on('connect_error', (error) => {
      const refusal = decodeRefusal('data' in error ? error.data : null);
      if (refusal) events.refused(errorShape(refusal.name, refusal.message));
      else events.unreachable();
    });
  }

  async send(command: Command, timeoutMs: number): Promise<unknown> {
    if (!this.#socket?.connected) throw new CallError('signaling-failed');
    try {
      return await this.#socket.timeout(timeoutMs).emitWithAck('command', command);
    } catch (cause) {
      throw new CallError('signaling-failed', 'no answer', { cause });
    }
  }

  /** Every earlier message of the server arrives before its reply. */
  async roundTrip(): Promise<void> {
    await this.#socket?.timeout(5000).emitWithAck('command', { type: 'none', id: randomId() });
  }

  close(): void {
    this.#socket?.disconnect();
    this.#socket = null;
  }
}

export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
