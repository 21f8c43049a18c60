import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** One TCP connection that sends any bytes. Closed at the end of its test. */
export class RawConnection {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  readonly #waiting = new Set<() => void>();
  /** Called with all received data. */
  onReceived: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.onReceived();
      this.#changed();
    });
    // A reset while it sends is one of the possible answers.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#changed();
    });
  }

  static async open(t: TestContext, url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    t.after(() => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawConnection(socket);
  }

  send(data: string | Uint8Array): void {
    if (!this.#ended) this.#socket.write(data);
  }

  /** Reads nothing more from the server. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Number of bytes that are not sent yet. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  get received(): Buffer {
    return this.#received;
  }

  /** The received data up to here has been consumed. */
  take(bytes: number): void {
    this.#received = this.#received.subarray(bytes);
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  ended(): Promise<void> {
    return this.until(() => this.#ended);
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      assert.ok(!this.#ended, `ended before: ${this.#received.toString('latin1').slice(0, 300)}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const one of waiting) one();
  }
}

export interface RawAnswer {
  readonly status: number;
  /** The status line and the headers. */
  readonly head: string;
  readonly body: string;
}

/** Sends one request as given, and returns everything received until the server closes the connection. */
export async function rawRequest(t: TestContext, url: string, text: string): Promise<RawAnswer> {
  const connection = await RawConnection.open(t, url);
  connection.send(text);
  await connection.ended();
  return answerIn(connection.received);
}

export function answerIn(received: Buffer): RawAnswer {
  const text = received.toString('latin1');
  const [head = '', ...body] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body: body.join('\r\n\r\n') };
}
