import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One webhook as LiveKit sent it: its exact bytes, and its signature. */
export interface Webhook {
  readonly event: string;
  readonly room: string;
  readonly body: string;
  readonly authorization: string;
}

/** Sits between LiveKit and the call server: passes webhooks on, or drops those of a room. */
export class WebhookRelay {
  readonly #targets: () => readonly string[];
  readonly #server: Server;
  readonly #withheld = new Set<string>();
  readonly seen: Webhook[] = [];

  private constructor(targets: () => readonly string[]) {
    this.#targets = targets;
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) => response.writeHead(status).end());
    });
  }

  /** The call servers that receive the webhooks. */
  static async start(...targets: readonly (() => string)[]): Promise<WebhookRelay> {
    const relay = new WebhookRelay(() => targets.map((target) => target()));
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on drops webhooks about this room and acknowledges them to LiveKit. */
  withhold(room: string): void {
    this.#withheld.add(room);
  }

  of(room: string): readonly Webhook[] {
    return this.seen.filter((one) => one.room === room);
  }

  /** Sends one webhook to the call servers, for the first time or again; returns the last reply. */
  async deliver({ body, authorization }: Pick<Webhook, 'body' | 'authorization'>): Promise<number> {
    const headers = { 'content-type': 'application/webhook+json', authorization };
    const post = { method: 'POST', headers, body };
    let status = 503;
    for (const target of this.#targets()) {
      const answer = await fetch(`${target}/livekit/webhook`, post).catch(() => null);
      status = answer?.status ?? 503;
    }
    return status;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage): Promise<number> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    const { event, room } = JSON.parse(body) as { event: string; room?: { name: string } };
    const { authorization = '' } = request.headers;
    const webhook = { event, room: room?.name ?? '', body, authorization };
    this.seen.push(webhook);
    if (this.#withheld.has(webhook.room)) return 200;
    return this.deliver(webhook);
  }
}
