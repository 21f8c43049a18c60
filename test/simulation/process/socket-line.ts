import { request } from 'node:http';
import { inPage, PageEvents } from '../../fixtures/page-globals.ts';
import { BrowserSocket } from '../../../src/adapters/signalling/browser-socket.ts';
import type { SignalEvents } from '../../../src/engine/api/ports.ts';
import type { Command, Handshake, LeaveBeacon, UserId } from '../../../src/protocol/index.ts';
import { CuttableProxy } from '../../e2e/support/cuttable-proxy.ts';
import type { Up } from '../virtual/system/link.ts';
import type { Line } from '../virtual/system/system.ts';
import { format } from '../virtual/format.ts';
import type { LineOwner, Recorder } from './recorder.ts';

/** The direction that stalls; stalled data arrives when the direction flows again. */
type StalledDirection = 'no' | 'to-server' | 'both';

/**
 * The connection of one device: the production socket, through its own relay, which a test can cut. While the
 * direction to the server stalls, every message that the device sends is certainly on its way.
 */
export class SocketLine implements Line {
  readonly name: string;
  readonly userId: UserId;
  readonly up: Up[] = [];
  readonly #proxy: CuttableProxy;
  readonly #recorder: Recorder;
  readonly #socket = new BrowserSocket();
  readonly #page = new PageEvents();
  #state: 'none' | 'trying' | 'connected' = 'none';
  #stalled: StalledDirection = 'no';
  #dead = false;
  #serials = 0;
  /** Commands without an answer. */
  outstanding = 0;

  /** Connects through a new relay to the server on this port. */
  static async open(owner: LineOwner, port: () => number, recorder: Recorder): Promise<SocketLine> {
    const proxy = new CuttableProxy(port);
    await proxy.mend();
    return new SocketLine(owner, proxy, recorder);
  }

  private constructor(owner: LineOwner, proxy: CuttableProxy, recorder: Recorder) {
    this.name = owner.name;
    this.userId = owner.userId;
    this.#proxy = proxy;
    this.#recorder = recorder;
  }

  /** The server URL for the device. */
  get url(): string {
    return this.#proxy.url;
  }

  get isConnected(): boolean {
    return this.#state === 'connected' && !this.#dead;
  }

  /** The device has not noticed yet that it receives nothing any more. */
  get isDead(): boolean {
    return this.#dead;
  }

  get isQuiet(): boolean {
    return !this.#dead && this.outstanding === 0;
  }

  get away(): boolean {
    return this.#proxy.refuses;
  }

  set away(away: boolean) {
    this.#proxy.refuses = away;
  }

  /** Whether the server will answer a message sent now. */
  get isBusy(): boolean {
    return this.outstanding > 0 && this.isConnected && this.#stalled === 'no';
  }

  open(_server: string, handshake: () => Handshake, events: SignalEvents): void {
    this.#become('trying');
    const heard = this.#listening(events);
    inPage(() => this.#socket.open(this.url, handshake, heard), this.#page);
  }

  async send(command: Command, timeoutMs: number): Promise<unknown> {
    const attempt = (this.#serials += 1);
    const up: Up = { type: 'command', attempt, command };
    if (this.#stalled !== 'no') this.up.push(up);
    this.outstanding += 1;
    this.#recorder.onSend(this, command);
    const sentAt = Date.now();
    try {
      const answer = await this.#socket.send(command, timeoutMs);
      this.#recorder.onAnswer(this, command, answer, sentAt);
      return answer;
    } finally {
      this.outstanding -= 1;
    }
  }

  close(): void {
    this.#become('none');
    this.#socket.close();
  }

  sendBeacon(body: LeaveBeacon): void {
    const headers = { 'content-type': 'text/plain' };
    const post = request(`${this.url}/v1/leave`, { method: 'POST', agent: false, headers });
    // No side notices the loss of a beacon.
    post.on('error', () => undefined).on('response', (answer) => answer.resume());
    post.end(JSON.stringify(body));
  }

  break(): void {
    this.#proxy.reset();
  }

  die(): void {
    this.#proxy.lose();
    this.#died();
  }

  /** Data in one direction is lost; the other direction works. */
  dieOneWay(way: 'to-server' | 'to-client'): void {
    this.#proxy.lose(way);
    this.#died();
  }

  /** Changes the network: the device notices at once, the server still considers the old connection alive. */
  changeNetwork(): void {
    this.die();
    this.#page.dispatchEvent(new Event('offline'));
    this.tryNow();
  }

  /** Stalls both directions; no data is lost. */
  stand(): void {
    this.#stall('both');
  }

  /** Stalls the direction to the server. */
  hold(): void {
    if (this.#stalled === 'no') this.#stall('to-server');
  }

  /** Delivers all stalled data at once. */
  flow(): void {
    this.#stalled = 'no';
    this.up.length = 0;
    // The relay listens already.
    void this.#proxy.mend();
  }

  tryNow(): void {
    this.#page.dispatchEvent(new Event('online'));
  }

  pageGone(): void {
    this.#recorder.forgetPendingCall(this);
    this.close();
  }

  /** Closes the connection for good. */
  async end(): Promise<void> {
    this.close();
    await this.#proxy.cut();
  }

  #stall(how: 'to-server' | 'both'): void {
    this.#stalled = how;
    this.#proxy.stall(how === 'both' ? undefined : how);
  }

  /** New connections work; old connections stay stalled for good. */
  #died(): void {
    this.#dead = this.#state !== 'none';
    this.flow();
  }

  #become(state: 'none' | 'trying' | 'connected'): void {
    this.#state = state;
    this.#dead = false;
  }

  #listening(events: SignalEvents): SignalEvents {
    const noted = (words: string) => this.#recorder.note(() => `${this.name} ${words}`);
    return {
      connected: () => {
        this.#become('connected');
        noted('is connected');
        events.connected();
      },
      disconnected: () => {
        this.#become('trying');
        noted('has lost its connection');
        events.disconnected();
      },
      refused: (error) => {
        this.#become('none');
        noted(`is refused: ${error.name}`);
        events.refused(error);
      },
      unreachable: () => {
        this.#become('trying');
        events.unreachable();
      },
      message: (frame) => {
        this.#recorder.forgetPendingCall(this);
        this.#recorder.note(() => `${this.name} ← ${format(frame)}`);
        events.message(frame);
      },
    };
  }
}
