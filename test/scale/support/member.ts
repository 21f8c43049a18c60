import type { CallId } from '../../../src/protocol/index.ts';
import { TestUser } from '../../fixtures/test-user.ts';
import { RoomMedia, type Received } from './room-media.ts';

/** The options of a simulated user. */
export interface UserOptions {
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
export interface UserState {
  readonly phase: string;
  readonly joined: readonly string[];
  /** Observer callbacks so far. */
  readonly callbacks: readonly string[];
  readonly received: Readonly<Record<string, Received>>;
  readonly open: readonly string[];
  /** Number of LiveKit tokens it has had. */
  readonly tokens: number;
}

/** Of a room without a call. */
const NO_CALL = 'no-call' as CallId;
/** Every member is invited before the last one signs in. */
const RING_WAIT_MS = 600_000;

/** A complete user: engine, signalling and media, without a person. */
export class Member {
  readonly #options: UserOptions;
  readonly #user: TestUser;
  readonly #media: RoomMedia;
  readonly #callbacks: string[] = [];

  constructor(options: UserOptions) {
    this.#options = options;
    this.#media = new RoomMedia(options);
    this.#user = new TestUser(options.userId, { ...options, media: this.#media });
    this.#user.engine.listen(({ name, args }) => {
      this.#callbacks.push([name, ...args.filter((one) => typeof one === 'string')].join(' '));
    });
  }

  async signIn(): Promise<void> {
    await this.#user.signIn({ nickname: this.#options.nickname });
  }

  /** Accepts the next ring, or the current one. */
  async answer(): Promise<void> {
    await this.#user.phase('incoming', RING_WAIT_MS);
    await this.#user.engine.accept({ video: this.#options.camera });
  }

  async speak(on: boolean): Promise<void> {
    this.#media.speaks = on;
    return Promise.resolve();
  }

  camera(on: boolean): Promise<void> {
    return on ? this.#user.engine.openCamera() : this.#user.engine.closeCamera();
  }

  /** Enters a room without a call: microphone and camera turn on. */
  async enter(url: string, token: string): Promise<void> {
    await this.#media.join({ callId: NO_CALL, url, token, mediaType: 'video' });
    const { microphone, camera } = this.#options;
    if (microphone !== 'none') await this.#media.setTrack('microphone', true);
    if (camera) await this.#media.setTrack('camera', true);
  }

  exit(): Promise<void> {
    return this.#media.leave();
  }

  /** With the first token it received, or the one by which LiveKit has replaced it since. */
  reenter(which: 'first' | 'last') {
    const token = this.#media.tokens.at(which === 'first' ? 0 : -1);
    if (token === undefined) throw new Error('it has never had a token');
    return this.#media.reenter(token);
  }

  hangup(): Promise<void> {
    return this.#user.engine.hangup();
  }

  state(): UserState {
    const { phase, members } = this.#user.engine.state;
    return {
      phase,
      joined: members.filter(({ status }) => status === 'joined').map(({ userId }) => userId),
      callbacks: this.#callbacks,
      received: Object.fromEntries(
        this.#options.watches.map((userId) => [userId, this.#media.received(userId)]),
      ),
      open: [...this.#media.open],
      tokens: this.#media.tokens.length,
    };
  }

  destroy(): Promise<void> {
    return this.#user.engine.destroy();
  }
}
