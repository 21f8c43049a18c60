import { createClient } from 'redis';
import type { Log } from '../shared/log.ts';
import type { Secret } from '../shared/secret.ts';
import { RedisError } from './node-bus.ts';
import type { NodeBus } from './node-bus.ts';
import { decodeNodeMessage, encodeNodeMessage } from './node-message.ts';
import type { NodeMessage } from './node-message.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/** A connection without a response for this long is closed. */
const SILENT_FOR_MS = 5_000;
const PING_INTERVAL_MS = 1_000;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;
/** Messages that wait for a Redis that does not respond. More are dropped. */
const MAX_WAITING = 10_000;

export interface RedisBusOptions {
  readonly url: Secret;
  /** All nodes of one database use one channel; others on the same Redis use another. */
  readonly channel: string;
  readonly nodeId: string;
  readonly log: Log;
  readonly onMessage: (message: NodeMessage) => void;
  /** Messages may have been missed until now, or came too late to be used. */
  readonly onMissed: () => void;
}

type Client = ReturnType<typeof newClient>;

/** Publish and subscribe on Redis. Owns two connections that reconnect by themselves; ends with close(). */
export class RedisBus implements NodeBus {
  readonly #publisher: Client;
  readonly #subscriber: Client;
  readonly #options: RedisBusOptions;

  private constructor(options: RedisBusOptions) {
    this.#options = options;
    this.#publisher = newClient(options.url);
    this.#subscriber = newClient(options.url);
  }

  /** @throws {RedisError} when Redis does not answer. */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    try {
      await bus.#open();
    } catch (error) {
      bus.#publisher.destroy();
      bus.#subscriber.destroy();
      throw new RedisError(explained(error), { cause: error });
    }
    return bus;
  }

  /** Checks that Redis can be used. @throws {RedisError} */
  static async check(url: Secret): Promise<void> {
    const client = newClient(url);
    try {
      await withoutRetry(client);
      await client.ping();
    } catch (error) {
      throw new RedisError(explained(error), { cause: error });
    } finally {
      client.destroy();
    }
  }

  get isConnected(): boolean {
    return this.#publisher.isReady && this.#subscriber.isReady;
  }

  publish(message: NodeMessage): void {
    // Sent later it would be old: the other nodes find the change in the database before.
    if (!this.#publisher.isReady) return;
    const { channel, nodeId } = this.#options;
    this.#publisher
      .publish(channel, encodeNodeMessage(nodeId, message, Date.now()))
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#publisher.destroy();
    this.#subscriber.destroy();
  }

  async #open(): Promise<void> {
    const { log, channel, onMissed } = this.#options;
    await withoutRetry(this.#publisher);
    await withoutRetry(this.#subscriber);
    await this.#subscriber.subscribe(channel, (text) => this.#received(text));
    let isAway = false;
    for (const client of [this.#publisher, this.#subscriber]) {
      client.on('error', (error: unknown) => {
        if (!isAway) log.warn({ err: error }, 'Redis cannot be reached');
        isAway = true;
      });
    }
    this.#subscriber.on('ready', () => {
      log.info('Redis responds again');
      isAway = false;
      onMissed();
    });
  }

  #received(text: string): void {
    const { nodeId, log, onMessage, onMissed } = this.#options;
    try {
      const message = decodeNodeMessage(nodeId, text, Date.now());
      if (message === 'late') onMissed();
      else if (message !== null) onMessage(message);
    } catch (error) {
      log.error({ err: error }, 'a message of another node could not be used');
    }
  }
}

function newClient(url: Secret) {
  return createClient({
    url: url.reveal(),
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_WAITING,
    pingInterval: PING_INTERVAL_MS,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENT_FOR_MS,
      reconnectStrategy: (retries: number) =>
        Math.min(FIRST_RETRY_MS * 2 ** retries, LONGEST_RETRY_MS),
    },
  });
}

/** The first connection is made or refused at once: who starts a server wants to know. */
function withoutRetry(client: Client): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void => reject(asError(error));
    // It stays: after the removal of the only listener, this client calls no listener that is added later.
    client.on('error', failed);
    client.connect().then(resolve, failed);
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function explained(error: unknown): string {
  const text = asError(error).message;
  if (/WRONGPASS|NOAUTH|invalid password/.test(text)) {
    return 'Redis refuses the password of REDIS_URL; correct it';
  }
  if (/NOPERM/.test(text))
    return `the Redis user of REDIS_URL may not publish or subscribe (${text}); grant it`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : text;
  return `Redis does not answer at REDIS_URL (${code}); is it running, and is the address right?`;
}
