import type { TestContext } from 'node:test';
import {
  AddTrackRequest,
  SignalRequest,
  SignalResponse,
  TrackSource,
  TrackType,
} from '@livekit/protocol';

type Message = SignalResponse['message'];

/** A LiveKit participant with signalling only: enough to request what it has no right to. */
export class MediaSeat {
  readonly #socket: WebSocket;
  readonly #received: Message[] = [];
  readonly #waiting = new Set<() => void>();
  readonly closed: Promise<void>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', () => {
        resolve();
        this.#changed();
      });
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer)) return;
      this.#received.push(SignalResponse.fromBinary(new Uint8Array(data)).message);
      this.#changed();
    });
  }

  /** null: LiveKit refuses this token. */
  static async enter(t: TestContext, access: { url: string; token: string }) {
    const { url, token } = access;
    const socket = new WebSocket(`${url}/rtc?access_token=${token}&protocol=16&auto_subscribe=1`);
    t.after(() => socket.close());
    const seat = new MediaSeat(socket);
    const refused = new Promise<null>((resolve) => {
      socket.addEventListener('error', () => resolve(null), { once: true });
    });
    return Promise.race([seat.hears('join').then(() => seat), refused]);
  }

  /** Requests to publish; returns LiveKit's first reply about it. */
  async publish(source: TrackSource): Promise<'published' | 'refused'> {
    const isAudio = source === TrackSource.MICROPHONE || source === TrackSource.SCREEN_SHARE_AUDIO;
    const value = new AddTrackRequest({
      cid: `track-${source}`,
      name: 'a track',
      source,
      type: isAudio ? TrackType.AUDIO : TrackType.VIDEO,
    });
    const from = this.#received.length;
    this.#request({ case: 'addTrack', value });
    const answer = await this.#until(
      (one) => one.case === 'trackPublished' || one.case === 'requestResponse',
      from,
    );
    return answer.case === 'trackPublished' ? 'published' : 'refused';
  }

  /** The first message of this kind, received already or later. */
  async hears<C extends Exclude<Message['case'], undefined>>(kind: C) {
    const found = await this.#until((one) => one.case === kind, 0);
    return found.value as Extract<Message, { case: C }>['value'];
  }

  leave(): void {
    this.#socket.close();
  }

  #request(message: SignalRequest['message']): void {
    this.#socket.send(Uint8Array.from(new SignalRequest({ message }).toBinary()));
  }

  async #until(isIt: (message: Message) => boolean, from: number): Promise<Message> {
    for (;;) {
      const found = this.#received.slice(from).find(isIt);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #changed(): void {
    for (const one of this.#waiting) {
      this.#waiting.delete(one);
      one();
    }
  }
}
