import type { InitOptions } from '../../src/engine/api/init-options.ts';
import { CallEngine } from '../../src/engine/call-engine.ts';
import type { Notification } from '../../src/engine/api/observer.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { CallView, MissedCall, SessionId, UserId } from '../../src/protocol/index.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeMedia } from './fake-media.ts';
import { FakeLogger, FakeMemory, FakePage } from './fake-page.ts';
import { FakePush } from './fake-push.ts';
import { FakeSocket } from './fake-socket.ts';
import { SERVER_START } from './views.ts';

/** The result of a sync. */
export interface Truth {
  readonly calls?: readonly CallView[];
  readonly missed?: readonly MissedCall[];
  readonly missedSeq?: number;
}

/** An engine with fake ports, which a test can inspect. */
export class Bench {
  readonly clock = new FakeClock();
  readonly socket = new FakeSocket();
  readonly media = new FakeMedia();
  readonly page = new FakePage();
  readonly device = new FakePush();
  readonly memory: FakeMemory;
  readonly logger = new FakeLogger();
  readonly engine: CallEngine;
  readonly notifications: Notification[] = [];
  readonly states: CallSnapshot[] = [];
  readonly userId: UserId;
  #ids = 0;

  constructor(userId: UserId, storage = new FakeMemory()) {
    this.userId = userId;
    this.memory = storage;
    const { clock, socket, media, page, device: push, logger } = this;
    const randomId = () => `random-id-${String((this.#ids += 1)).padStart(8, '0')}`;
    this.engine = new CallEngine({ clock, randomId, socket, media, storage, page, push, logger });
    this.engine.listen((notification) => this.notifications.push(notification));
    this.engine.subscribe((state) => this.states.push(state));
  }

  init(options: Partial<InitOptions> = {}): Promise<void> {
    const { userId } = this;
    return this.engine.init({ server: 'http://calls.test', userId, userSig: 'sig-1', ...options });
  }

  /** Signs in; the server answers the sync with `truth`. */
  async signIn(truth: Truth = {}): Promise<this> {
    const ready = this.init();
    await settle();
    await this.connect(truth);
    await ready;
    return this;
  }

  /** Connects the socket and answers the sync. */
  async connect(truth: Truth = {}): Promise<void> {
    this.socket.connect();
    this.welcome();
    await this.sync(truth);
  }

  welcome(serverNow = SERVER_START): void {
    this.socket.push({
      type: 'welcome',
      userId: this.userId,
      sessionId: `session-of-${this.userId}-0001` as SessionId,
      nickname: '',
      avatar: '',
      serverNow,
      userSigExpiresInMs: 86_400_000,
      mediaUrl: 'wss://media.test',
      vapidKey: '',
    });
  }

  async sync({ calls = [], missed = [], missedSeq = 0 }: Truth = {}): Promise<void> {
    await settle();
    this.socket.answer('sync', { ok: true, calls, missed, missedSeq });
    await settle();
  }

  async push(view: CallView): Promise<void> {
    this.socket.push({ type: 'call-changed', call: view });
    await settle();
  }

  get state(): CallSnapshot {
    return this.engine.state;
  }

  /** Returns and forgets the callbacks so far as `name(arguments)`, without onConnectionStateChanged. */
  takeCallbacks(): string[] {
    const lines = this.notifications
      .splice(0)
      .map(({ name, args }) => `${name}(${args.map(word).join(', ')})`);
    return lines.filter((line) => !line.startsWith('onConnectionStateChanged'));
  }
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function signedIn(userId: UserId, truth: Truth = {}): Promise<Bench> {
  return new Bench(userId).signIn(truth);
}
