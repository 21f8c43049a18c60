import { Ping, SignalRequest } from '@livekit/protocol';
import { CallError } from '../../../src/engine/api/call-error.ts';
import type { MediaJoin } from '../../../src/engine/api/ports.ts';
import { FakeMedia } from '../../fakes/fake-media.ts';

/**
 * Media that really enters LiveKit, with signalling only: a participant without sound. LiveKit refuses and
 * removes it as it would a full one.
 */
export class SignalledMedia extends FakeMedia {
  #socket: WebSocket | null = null;
  /** How often it has entered a room. */
  entered = 0;
  /** Interval of its pings in ms; null: it sends none. */
  readonly #pingEveryMs: number | null;

  constructor(pingEveryMs: number | null = null) {
    super();
    this.#pingEveryMs = pingEveryMs;
  }

  override async join(access: MediaJoin): Promise<void> {
    await super.join(access);
    this.#letGo();
    // Not before LiveKit confirms it.
    this.joined = false;
    const query = new URLSearchParams({ access_token: access.token, protocol: '16' });
    const socket = new WebSocket(`${access.url}/rtc?${query}`);
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      const refused = () => reject(new CallError('media-failed', 'LiveKit let nobody in'));
      socket.addEventListener('message', () => resolve(), { once: true });
      socket.addEventListener('error', refused, { once: true });
      socket.addEventListener('close', refused, { once: true });
    });
    this.joined = true;
    this.entered += 1;
    socket.addEventListener('close', () => this.#onClosed(socket));
    if (this.#pingEveryMs !== null) this.#ping(socket, this.#pingEveryMs);
  }

  /** LiveKit passes them to the node of the room, and closes the connection when there is none. */
  #ping(socket: WebSocket, everyMs: number): void {
    const value = new Ping({ timestamp: BigInt(Date.now()), rtt: 0n });
    const ping = new SignalRequest({ message: { case: 'pingReq', value } });
    const pings = setInterval(() => socket.send(Uint8Array.from(ping.toBinary())), everyMs);
    socket.addEventListener('close', () => clearInterval(pings));
  }

  override async leave(): Promise<void> {
    this.#letGo();
    await super.leave();
  }

  /** As when the device dies: LiveKit notices, the engine does not. */
  vanish(): void {
    this.#letGo();
  }

  #letGo(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #onClosed(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.joined = false;
    this.emit({ type: 'media-lost', reason: 'LiveKit closed the connection' });
  }
}
