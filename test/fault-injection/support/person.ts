import { inPage } from './page-globals.ts';
import { BrowserClock } from '../../../src/adapters/browser/browser-clock.ts';
import { BrowserSocket } from '../../../src/adapters/signalling/browser-socket.ts';
import { randomId } from '../../../src/adapters/browser/random-id.ts';
import { CallEngine } from '../../../src/engine/index.ts';
import type { CallSnapshot, Notification } from '../../../src/engine/index.ts';
import type { Clock, MediaSession, SignalEvents } from '../../../src/engine/api/ports.ts';
import { parseSessionId } from '../../../src/protocol/index.ts';
import type { Handshake, SessionId } from '../../../src/protocol/index.ts';
import { FakeMedia } from '../../fakes/fake-media.ts';
import { FakeLogger, FakeMemory, FakePage } from '../../fakes/fake-page.ts';

export interface PersonOptions {
  readonly server: string;
  readonly userSig: string;
  readonly media?: MediaSession;
  readonly clock?: Clock;
}

const TEXT = { 'content-type': 'text/plain' };

/** A user on one device: the production engine and its production socket, with nobody's microphone. */
export class Person {
  readonly userId: string;
  readonly sessionId: SessionId;
  readonly engine: CallEngine;
  /** Every observer callback, oldest first. */
  readonly told: Notification[] = [];
  readonly #options: PersonOptions;
  readonly #page = new FakePage();
  #beacon: Promise<unknown> = Promise.resolve();

  constructor(userId: string, options: PersonOptions) {
    this.userId = userId;
    this.#options = options;
    const sessionId = parseSessionId(randomId());
    if (sessionId === null) throw new Error('randomId gives no session ids');
    this.sessionId = sessionId;
    this.#page.acquireSession = () => Promise.resolve({ sessionId, release: () => undefined });
    this.#page.sendLeave = (server, body) => {
      const post = { method: 'POST', headers: TEXT, body: JSON.stringify(body) };
      // Nobody hears of it when a beacon is lost.
      this.#beacon = fetch(`${server}/v1/leave`, post).catch(() => undefined);
    };
    this.engine = new CallEngine({
      clock: options.clock ?? new BrowserClock(),
      randomId,
      socket: new PageSocket(),
      media: options.media ?? new FakeMedia(),
      storage: new FakeMemory(),
      page: this.#page,
      logger: new FakeLogger(),
    });
    this.engine.listen((notification) => this.told.push(notification));
  }

  get state(): CallSnapshot {
    return this.engine.state;
  }

  async signIn(): Promise<void> {
    const { server, userSig } = this.#options;
    await this.engine.init({ server, userId: this.userId, userSig });
  }

  /** Waits for the state, or what was told, to be so; answers how many ms that took. */
  until(what: string, isSo: (state: CallSnapshot) => boolean, withinMs = 60_000): Promise<number> {
    const { engine } = this;
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const stops = [engine.subscribe(look), engine.listen(look)];
      const tooLate = setTimeout(() => {
        for (const stop of stops) stop();
        reject(new Error(`no "${what}" within ${withinMs} ms: ${this.#inWords()}`));
      }, withinMs);
      function look(): void {
        if (!isSo(engine.state)) return;
        clearTimeout(tooLate);
        for (const stop of stops.splice(0)) stop();
        resolve(performance.now() - since);
      }
      look();
    });
  }

  phase(phase: CallSnapshot['phase'], withinMs?: number): Promise<number> {
    return this.until(phase, (state) => state.phase === phase, withinMs);
  }

  connection(connection: CallSnapshot['connection'], withinMs?: number): Promise<number> {
    return this.until(connection, (state) => state.connection === connection, withinMs);
  }

  /** What the page was told about calls: names and first arguments, in order. */
  story(): readonly string[] {
    return this.told
      .filter(({ name }) => name.startsWith('onCall') || name.startsWith('onUser'))
      .map(({ name, args }) => [name, ...args.filter((one) => typeof one === 'string')].join(' '));
  }

  count(name: Notification['name']): number {
    return this.told.filter((one) => one.name === name).length;
  }

  /** The page goes away, and its beacon is on its way. */
  async closePage(): Promise<void> {
    this.#page.goAway();
    await this.#beacon;
  }

  leave(): Promise<void> {
    return this.engine.destroy();
  }

  #inWords(): string {
    const { phase, connection, error } = this.state;
    const now = `${phase}, ${connection}, ${error?.name ?? 'no error'}`;
    return `${this.userId} is ${now}; was told ${this.story().join(', ')}`;
  }
}

/** The production socket, which looks for the page's events when it opens. */
class PageSocket extends BrowserSocket {
  override open(server: string, handshake: () => Handshake, events: SignalEvents): void {
    inPage(() => super.open(server, handshake, events));
  }
}
