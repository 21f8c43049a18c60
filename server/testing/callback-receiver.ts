import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';

/** A callback as a receiver got it. */
export interface ReceivedCallback {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export type AnswerCallback = (callback: ReceivedCallback, response: ServerResponse) => void;

/** The back end of a customer, on loopback. Answers 204 unless a test says otherwise. */
export class CallbackReceiver {
  readonly received: ReceivedCallback[] = [];
  answer: AnswerCallback = (_, response) => void response.writeHead(204).end();
  url = '';
  #waiters: (() => void)[] = [];

  static async start(t: TestContext): Promise<CallbackReceiver> {
    const receiver = new CallbackReceiver();
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += String(chunk)));
      request.on('end', () => receiver.#take(body, request.headers, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    return receiver;
  }

  #take(body: string, headers: IncomingHttpHeaders, response: ServerResponse): void {
    const { type, data } = JSON.parse(body) as Pick<ReceivedCallback, 'type' | 'data'>;
    const callback = { id: String(headers['webhook-id']), type, data, body, headers };
    this.received.push(callback);
    this.answer(callback, response);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  /** Resolves when this many callbacks have arrived in all. */
  async count(wanted: number): Promise<readonly ReceivedCallback[]> {
    while (this.received.length < wanted) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    return this.received;
  }
}

/** Fails unless the library of Standard Webhooks accepts the callback with this secret. */
export function assertSigned({ body, headers }: ReceivedCallback, secret: string): void {
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  assert.deepEqual(new Webhook(secret).verify(body, plain), JSON.parse(body));
}
