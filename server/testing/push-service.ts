import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes } from 'node:crypto';
import type { ECDH } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import type { PushTarget } from '../../src/protocol/index.ts';
import { selfSigned } from './certificate.ts';

/** A message that the push service has accepted and decrypted. */
export interface ReceivedPush {
  /** The name of the subscription. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** How the service answers: a status, or not at all. */
export type PushAnswer = number | 'hang';

/** A subscription as a browser creates it, with the keys that only the browser has. */
interface Subscription {
  readonly target: PushTarget;
  readonly pair: ECDH;
  readonly auth: Buffer;
}

/**
 * A push service on loopback with TLS. Refuses what RFC 8030, 8291 and 8292 do not permit, and decrypts what it
 * accepts, without the library that has encrypted it.
 */
export class PushService {
  /** The certificate that the sender has to trust. */
  readonly certificate: string;
  readonly received: ReceivedPush[] = [];
  readonly #server: Server;
  readonly #vapidKey: string;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #answers = new Map<string, PushAnswer[]>();
  readonly #requests = new Set<() => void>();
  #failure: unknown = null;

  private constructor(vapidKey: string) {
    const { key, cert } = selfSigned('localhost');
    this.certificate = cert;
    this.#vapidKey = vapidKey;
    this.#server = createServer({ key, cert }, (request, response) => {
      this.#receive(request, response).catch((error: unknown) => {
        this.#failure ??= error;
        response.writeHead(400).end();
        this.#notify();
      });
    });
  }

  static async start(vapidKey: string): Promise<PushService> {
    const service = new PushService(vapidKey);
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get origin(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A subscription of a browser. */
  subscribe(name: string, echo = ''): PushTarget {
    const pair = createECDH('prime256v1');
    const p256dh = pair.generateKeys('base64url');
    const auth = randomBytes(16);
    const address = `${this.origin}/push/${name}`;
    const target = { platform: 'web', address, p256dh, auth: auth.toString('base64url'), echo };
    this.#subscriptions.set(name, { target, pair, auth });
    return target;
  }

  /** The answers to the next messages for this subscription; 201 after them. */
  answer(name: string, ...answers: readonly PushAnswer[]): void {
    this.#answers.set(name, [...answers]);
  }

  /** Resolves when so many messages have been received. */
  count(count: number): Promise<readonly ReceivedPush[]> {
    return this.#until(count, () => this.received);
  }

  /** Resolves when so many messages have been received for this subscription. */
  messages(name: string, count: number): Promise<readonly ReceivedPush[]> {
    return this.#until(count, () => this.received.filter((one) => one.name === name));
  }

  async #until(
    count: number,
    messages: () => readonly ReceivedPush[],
  ): Promise<readonly ReceivedPush[]> {
    while (messages().length < count && this.#failure === null) await this.request();
    if (this.#failure !== null) throw this.#failure as Error;
    return messages().slice(0, count);
  }

  /** Resolves with the next request, however it is answered. */
  request(): Promise<void> {
    return new Promise((resolve) => this.#requests.add(resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const name = /^\/push\/([\w-]+)$/.exec(request.url ?? '')?.[1] ?? '';
    const subscription = this.#subscriptions.get(name);
    assert.ok(subscription, `there is no subscription ${name}`);
    const headers = request.headers as Record<string, string | undefined>;
    assert.equal(request.method, 'POST');
    await this.#checkVapid(headers['authorization'] ?? '');
    assert.match(headers['ttl'] ?? '', /^\d+$/);
    assert.match(headers['topic'] ?? '', /^[A-Za-z0-9_-]{1,32}$/);
    assert.equal(headers['content-encoding'], 'aes128gcm');
    assert.ok(body.length <= 4096);
    const text = decrypt(body, subscription);
    const answer = this.#answers.get(name)?.shift() ?? 201;
    if (answer === 201) {
      const message = JSON.parse(text) as ReceivedPush['message'];
      this.received.push({ name, headers, text, message });
    }
    if (answer !== 'hang') response.writeHead(answer).end();
    this.#notify();
  }

  #notify(): void {
    const waiting = [...this.#requests];
    this.#requests.clear();
    for (const resolve of waiting) resolve();
  }

  /** RFC 8292. */
  async #checkVapid(authorization: string): Promise<void> {
    const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
    assert.equal(key, this.#vapidKey, 'the key of the subscription');
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((one) =>
      one.toString('base64url'),
    );
    const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
    const { payload } = await jwtVerify(token, createPublicKey({ key: jwk, format: 'jwk' }), {
      algorithms: ['ES256'],
      audience: this.origin,
      currentDate: new Date(),
    });
    assert.match(String(payload.sub), /^(mailto:|https:)/);
    assert.ok((payload.exp ?? Infinity) * 1000 <= Date.now() + 86_400_000);
  }
}

/** RFC 8291 and 8188, for the one record that a message has. */
function decrypt(body: Buffer, { pair, auth }: Subscription): string {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const idLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  assert.ok(record.length <= recordSize, 'the message is one record');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), sender]);
  const secret = hkdf(pair.computeSecret(sender), auth, info, 32);
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = plain.lastIndexOf(2);
  assert.ok(end >= 0, 'the last record ends with 2');
  return plain.subarray(0, end).toString('utf8');
}

function hkdf(key: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, length));
}
