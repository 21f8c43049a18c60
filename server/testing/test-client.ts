import assert from 'node:assert/strict';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import {
  decodeAnswer,
  decodeRefusal,
  decodeServerMessage,
  PROTOCOL_VERSION,
} from '../../src/protocol/index.ts';
import type {
  Answer,
  CallView,
  CommandOf,
  CommandType,
  ErrorShape,
  ServerMessage,
} from '../../src/protocol/index.ts';
import { parseCommandId } from '../../src/protocol/index.ts';
import { randomId } from '../shared/random-id.ts';
import { userIdIn } from './user-id-in.ts';

type Fields<T extends CommandType> = Omit<CommandOf<T>, 'type' | 'id'>;

export interface ConnectOptions {
  readonly url: string;
  readonly userSig: string;
  /** Default: the user of the userSig. */
  readonly userId?: string;
  readonly sessionId?: string;
  readonly protocol?: number;
  readonly origin?: string;
}

/** Catches only a command that is never answered. */
const ANSWER_WITHIN_MS = 60_000;

/** A session as the protocol shows it: commands out, messages in. Closes with close(). */
export class TestClient {
  readonly socket: Socket;
  readonly sessionId: string;
  /** All messages received so far, oldest first. */
  readonly received: ServerMessage[] = [];
  readonly #waiters = new Set<(message: ServerMessage) => void>();

  private constructor({ url, userSig, sessionId = randomId(), ...options }: ConnectOptions) {
    const { protocol = PROTOCOL_VERSION, userId = userIdIn(userSig) } = options;
    this.sessionId = sessionId;
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { protocol, userId, userSig, sessionId },
      ...(options.origin !== undefined && { extraHeaders: { origin: options.origin } }),
    });
    this.socket.on('message', (frame: unknown) => {
      const message = decodeServerMessage(frame);
      assert.ok(message, 'the server sends only messages of the protocol');
      this.received.push(message);
      for (const one of [...this.#waiters]) one(message);
    });
  }

  static async connect(options: ConnectOptions): Promise<TestClient> {
    const client = new TestClient(options);
    await new Promise<void>((resolve, reject) => {
      client.socket.once('connect', resolve);
      client.socket.once('connect_error', reject);
    });
    await client.until((message) => message.type === 'welcome');
    return client;
  }

  /** The error with which the server refuses the handshake. */
  static async refused(options: ConnectOptions): Promise<ErrorShape['name'] | null> {
    return (await TestClient.knock(options))?.name ?? null;
  }

  static async knock(options: ConnectOptions): Promise<ReturnType<typeof decodeRefusal>> {
    const { socket } = new TestClient(options);
    const error = await new Promise<unknown>((resolve, reject) => {
      socket.once('connect_error', resolve);
      socket.once('connect', () => reject(new Error('the handshake succeeded')));
    });
    socket.close();
    const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : null;
    return decodeRefusal(data);
  }

  async send<T extends CommandType>(type: T, fields: Fields<T>, id = randomId()) {
    return decodeAnswer(type, await this.raw({ type, id, ...fields }));
  }

  async raw(payload: unknown): Promise<unknown> {
    return this.socket.timeout(ANSWER_WITHIN_MS).emitWithAck('command', payload);
  }

  /** The successful answer. */
  async ask<T extends CommandType>(type: T, fields: Fields<T>, id = randomId()) {
    const answer: Answer<T> = await this.send(type, fields, id);
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer;
  }

  async refusal<T extends CommandType>(type: T, fields: Fields<T>, id = randomId()) {
    const answer: Answer<T> = await this.send(type, fields, id);
    return answer.ok ? null : answer.error.name;
  }

  call(to: readonly string[], more: Partial<Fields<'call'>> = {}, id = randomId()) {
    return this.ask('call', callFields(to, more), id);
  }

  /** The first matching message, received already or later. */
  until<M extends ServerMessage>(matches: (message: ServerMessage) => message is M): Promise<M>;
  until(matches: (message: ServerMessage) => boolean): Promise<ServerMessage>;
  until(matches: (message: ServerMessage) => boolean): Promise<ServerMessage> {
    const found = this.received.find(matches);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const onMessage = (message: ServerMessage): void => {
        if (!matches(message)) return;
        this.#waiters.delete(onMessage);
        resolve(message);
      };
      this.#waiters.add(onMessage);
    });
  }

  /** The first view that matches. */
  async nextView(matches: (call: CallView) => boolean): Promise<CallView> {
    const message = await this.until(
      (one): one is ServerMessage & { type: 'call-changed' } =>
        one.type === 'call-changed' && matches(one.call),
    );
    return message.call;
  }

  async nextMessage<T extends ServerMessage['type']>(type: T) {
    return this.until((one): one is ServerMessage & { type: T } => one.type === type);
  }

  /** The messages this session received about calls, as `status/endReason`. */
  receivedSummary(): readonly string[] {
    return this.received.map((one) =>
      one.type === 'call-changed'
        ? `${one.call.status}${one.call.endReason === null ? '' : `/${one.call.endReason}`}`
        : one.type,
    );
  }

  async closed(): Promise<void> {
    if (!this.socket.connected) return;
    await new Promise<void>((resolve) => this.socket.once('disconnect', () => resolve()));
  }

  close(): void {
    this.socket.close();
  }
}

export function callFields(to: readonly string[], more: Partial<Fields<'call'>> = {}) {
  const userIds = to as Fields<'call'>['userIds'];
  return { userIds, mediaType: 'video', groupId: '', timeout: 30, userData: '', ...more } as const;
}

export function newCommandId() {
  const id = parseCommandId(randomId());
  assert.ok(id);
  return id;
}
