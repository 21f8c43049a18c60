import { BrowserClock } from '../../../src/adapters/browser/browser-clock.ts';
import { Seat } from '../../support/seat.ts';
import { RoomMedia, type Received } from './room-media.ts';

/** The options of a simulated user. */
export interface BotOptions {
  readonly userId: string;
  readonly nickname: string;
  readonly server: string;
  readonly userSig: string;
  readonly camera: boolean;
  readonly microphone: 'voice' | 'quiet' | 'none';
  /** The users whose video and audio it receives. */
  readonly watches: readonly string[];
}

/** The state that a simulated user reports. */
export interface BotState {
  readonly phase: string;
  readonly joined: readonly string[];
  /** Observer callbacks so far. */
  readonly told: readonly string[];
  readonly received: Readonly<Record<string, Received>>;
  readonly open: readonly string[];
  /** Number of LiveKit tokens it has had. */
  readonly tokens: number;
}

/** A complete user: engine, signalling and media, without a person. */
export class Member {
  readonly #options: BotOptions;
  readonly #seat: Seat;
  readonly #media: RoomMedia;
  readonly #told: string[] = [];

  constructor(options: BotOptions) {
    this.#options = options;
    this.#media = new RoomMedia(options);
    this.#seat = new Seat(new BrowserClock(), this.#media);
    this.#seat.engine.listen(({ name, args }) => {
      this.#told.push([name, ...args.filter((one) => typeof one === 'string')].join(' '));
    });
  }

  async signIn(): Promise<void> {
    const { server, userId, userSig, nickname } = this.#options;
    await this.#seat.engine.init({ server, userId, userSig, nickname });
  }

  /** Accepts the next ring, or the current one. */
  async answer(): Promise<void> {
    await this.#rings();
    await this.#seat.engine.accept({ video: this.#options.camera });
  }

  async speak(on: boolean): Promise<void> {
    this.#media.speaks = on;
    return Promise.resolve();
  }

  camera(on: boolean): Promise<void> {
    return on ? this.#seat.engine.openCamera() : this.#seat.engine.closeCamera();
  }

  /** Enters a room without a call: microphone and camera turn on. */
  async enter(url: string, token: string): Promise<void> {
    await this.#media.join({ url, token, mediaType: 'video' });
    const { microphone, camera } = this.#options;
    if (microphone !== 'none') await this.#media.setTrack('microphone', true);
    if (camera) await this.#media.setTrack('camera', true);
  }

  exit(): Promise<void> {
    return this.#media.leave();
  }

  /** With the first token it received, or the one by which LiveKit has replaced it since. */
  trespass(which: 'first' | 'last') {
    const token = this.#media.tokens.at(which === 'first' ? 0 : -1);
    if (token === undefined) throw new Error('it has never had a token');
    return this.#media.trespass(token);
  }

  hangup(): Promise<void> {
    return this.#seat.engine.hangup();
  }

  state(): BotState {
    const { phase, members } = this.#seat.engine.state;
    return {
      phase,
      joined: members.filter(({ status }) => status === 'joined').map(({ userId }) => userId),
      told: this.#told,
      received: Object.fromEntries(
        this.#options.watches.map((userId) => [userId, this.#media.received(userId)]),
      ),
      open: [...this.#media.open],
      tokens: this.#media.tokens.length,
    };
  }

  #rings(): Promise<void> {
    const { engine } = this.#seat;
    return new Promise((resolve) => {
      const look = (): void => {
        if (engine.state.phase !== 'incoming') return;
        stop();
        resolve();
      };
      const stop = engine.subscribe(look);
      look();
    });
  }

  destroy(): Promise<void> {
    return this.#seat.engine.destroy();
  }
}
