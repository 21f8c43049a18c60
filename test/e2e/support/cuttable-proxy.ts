import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

type Way = 'to-server' | 'to-client';

/** The possible faults of a connection. `lost`: no end notices. */
type Weather = 'clear' | 'lost' | 'standing' | 'slow';

const CLEAR: Readonly<Record<Way, Weather>> = { 'to-server': 'clear', 'to-client': 'clear' };

/** A TCP relay on loopback whose connections a test can cut and restore: simulates network faults. */
export class CuttableProxy {
  readonly #targetPort: () => number;
  readonly #pairs = new Set<Pair>();
  #server: Server | null = null;
  #port = 0;
  #weather = CLEAR;
  #delayMs = 0;

  constructor(targetPort: () => number) {
    this.#targetPort = targetPort;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** While set, every new connection is reset at once. */
  refuses = false;

  /** Number of connections so far. */
  connections = 0;

  /** Listens; after `cut()`, on the same port as before. Clears every fault. */
  async mend(): Promise<void> {
    this.#become(CLEAR);
    if (this.#server !== null) return;
    const server = createServer((client) => this.#relay(client));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Resets every connection, and accepts no new one. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.reset();
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  /** Resets every connection; new ones work. */
  reset(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /**
   * A dead network: no data passes and no end notices, not even a close. With `only`, one direction
   * is dead. Existing connections stay dead for good; after `mend()` new connections work.
   */
  lose(only?: Way): void {
    const lost = { 'to-server': 'lost', 'to-client': 'lost' } as const;
    this.#become(only === undefined ? lost : { ...CLEAR, [only]: 'lost' });
  }

  /** All data waits, and arrives after `mend()`. */
  stall(only?: Way): void {
    const standing = { 'to-server': 'standing', 'to-client': 'standing' } as const;
    this.#become(only === undefined ? standing : { ...CLEAR, [only]: 'standing' });
  }

  /** Delays all data by this time, in each direction. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
    this.#become({ 'to-server': 'slow', 'to-client': 'slow' });
  }

  #become(weather: Readonly<Record<Way, Weather>>): void {
    this.#weather = weather;
    for (const pair of this.#pairs) pair.become(weather, this.#delayMs);
  }

  #relay(client: Socket): void {
    if (this.refuses) {
      client.resetAndDestroy();
      return;
    }
    this.connections += 1;
    const pair = new Pair(client, connect(this.#targetPort(), '127.0.0.1'));
    this.#pairs.add(pair);
    void pair.over.then(() => this.#pairs.delete(pair));
    pair.become(this.#weather, this.#delayMs);
  }
}

/** One connection through the relay. Closed when both ends are closed. */
class Pair {
  readonly over: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #flows: Readonly<Record<Way, Flow>>;

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
    this.#flows = { 'to-server': new Flow(client, server), 'to-client': new Flow(server, client) };
    this.over = Promise.all(
      [client, server].map((end) => new Promise((go) => end.on('close', go))),
    );
  }

  become(weather: Readonly<Record<Way, Weather>>, delayMs: number): void {
    for (const way of ['to-server', 'to-client'] as const) {
      this.#flows[way].become(weather[way], delayMs);
    }
  }

  reset(): void {
    for (const end of [this.#client, this.#server]) {
      // In the turn in which a socket ends, a reset would leave its handle open for ever: Node (24) does not
      // see that libuv refuses, and the process then never exits.
      if (end.writableEnded) end.destroy();
      else end.resetAndDestroy();
    }
  }
}

/** One direction of one connection. Lost bytes leave a gap: the direction stays dead. */
class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  #weather: Weather = 'clear';
  #delayMs = 0;
  /** Set when the connection died. */
  #dead = false;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on('data', (bytes) => this.#pass(bytes));
    from.on('end', () => this.#end(() => to.end()));
    from.on('error', () => this.#end(() => to.destroy()));
    from.on('close', () => this.#end(() => to.end()));
    to.on('drain', () => this.#flow());
  }

  become(weather: Weather, delayMs: number): void {
    this.#weather = weather;
    this.#delayMs = delayMs;
    this.#dead ||= weather === 'lost';
    this.#flow();
  }

  #flow(): void {
    if (this.#weather === 'standing') this.#from.pause();
    else this.#from.resume();
  }

  #pass(bytes: Buffer): void {
    if (this.#dead) return;
    if (this.#weather === 'slow') {
      setTimeout(() => this.#to.write(bytes), this.#delayMs);
    } else if (!this.#to.write(bytes)) {
      this.#from.pause();
    }
  }

  #end(resume: () => void): void {
    if (!this.#dead) resume();
  }
}
