import { CallEngine } from '../../../../src/engine/call-engine.ts';
import { CallError } from '../../../../src/engine/api/call-error.ts';
import type { CallSnapshot } from '../../../../src/engine/api/snapshot.ts';
import {
  parseSessionId,
  type CallId,
  type SessionId,
  type UserId,
} from '../../../../src/protocol/index.ts';
import { must } from '../../../model-check/model/violation.ts';
import { FakeLogger, FakeMemory, FakePage } from '../../../fakes/fake-page.ts';
import type { DeviceMedia, Line } from './system.ts';
import { CallbackTrace } from '../checks/callback-trace.ts';
import type { PageClock } from './virtual-time.ts';

export interface DeviceParts<L extends Line, M extends DeviceMedia> {
  readonly name: string;
  readonly userId: UserId;
  readonly server: string;
  readonly link: L;
  /** The ports of one page of the device. */
  readonly newPage: () => { readonly clock: PageClock; readonly media: M };
  readonly randomId: () => string;
  readonly userSig: () => Promise<string>;
  readonly note: (words: string) => void;
}

/** Errors that crossing commands may cause; any other error is a fault. */
const TO_BE_EXPECTED: readonly CallError['name'][] = [
  'wrong-state',
  'repeated-request',
  'call-not-found',
  'not-a-member',
  'call-full',
  // An invitation of a member whom the back end has removed.
  'blocked',
  'signaling-failed',
  'not-initialized',
  'user-sig-expired',
  'kicked-offline',
  'not-supported-here',
  'media-failed',
  'rate-limited',
];

/** A tab of a user: the whole production engine, with its connection, clock and media controlled by the test. */
export class Device<L extends Line = Line, M extends DeviceMedia = DeviceMedia> {
  readonly name: string;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly link: L;
  readonly callbacks: CallbackTrace;
  readonly #parts: DeviceParts<L, M>;
  readonly #memory = new FakeMemory();
  #page = new FakePage();
  #renewsLate = false;
  #clock: PageClock;
  media: M;
  engine: CallEngine;
  /** Calls whose ring was ignored here. */
  readonly ignored = new Set<CallId>();
  /** Intents that have not settled yet. */
  outstanding = 0;
  readonly unexpectedErrors: string[] = [];

  constructor(parts: DeviceParts<L, M>) {
    this.#parts = parts;
    this.name = parts.name;
    this.userId = parts.userId;
    const sessionId = parseSessionId(`session-of-${parts.name}`.padEnd(16, '-'));
    if (sessionId === null) throw new Error(`${parts.name} is no name`);
    this.sessionId = sessionId;
    this.link = parts.link;
    this.callbacks = new CallbackTrace(parts.name);
    [this.#clock, this.media, this.engine] = this.#load();
  }

  get state(): CallSnapshot {
    return this.engine.state;
  }

  get now(): number {
    return this.#clock.now();
  }

  /** Can be repeated: signs in, or renews an expired userSig. */
  async signIn(): Promise<void> {
    const { server } = this.#parts;
    const userSig = await this.#parts.userSig();
    this.request((engine) => engine.init({ server, userId: this.userId, userSig }));
  }

  /** Uses this userSig from now on; the page does not react until it has expired. */
  takeUserSig(userSig: string): void {
    this.#renewsLate = true;
    this.request((engine) => engine.renewUserSig(userSig));
  }

  logOut(): void {
    // The next user who signs in here starts with no callbacks.
    this.request((engine) =>
      engine.destroy().finally(() => {
        this.callbacks.leftThePage();
        this.ignored.clear();
      }),
    );
  }

  /** An intent of the user; its promise has to settle in the end, with success or an expected error. */
  request(what: (engine: CallEngine) => Promise<unknown>): void {
    this.outstanding += 1;
    const words = String(what)
      .replaceAll(/\s+/g, ' ')
      .replace(/^\(engine\) => (?:engine\.)?/, '');
    this.#parts.note(`${this.name}: ${words}`);
    const page = this.#page;
    what(this.engine).then(
      () => this.#settled(page),
      (error: unknown) => {
        this.#settled(page);
        if (error instanceof CallError && TO_BE_EXPECTED.includes(error.name)) return;
        this.unexpectedErrors.push(`${this.name}: ${String(error)}`);
      },
    );
  }

  /** Joins a call that continues without this device. */
  join(how: (engine: CallEngine) => Promise<unknown>): void {
    this.callbacks.joins();
    this.request(how);
  }

  ignore(): void {
    const { callId } = this.state;
    if (callId !== null && this.state.phase === 'incoming') this.ignored.add(callId);
    this.request((engine) => engine.ignore());
  }

  /** The page closes, and another one opens in its tab. */
  async reload(): Promise<void> {
    this.#page.goAway();
    this.link.pageGone();
    this.media.pageGone();
    this.#clock.stop();
    this.callbacks.leftThePage(this.state.callId);
    this.outstanding = 0;
    this.#page = new FakePage();
    [this.#clock, this.media, this.engine] = this.#load();
    await this.signIn();
  }

  /** The test has ended: stops everything. */
  close(): void {
    this.#page = new FakePage();
    this.link.pageGone();
    this.media.pageGone();
    this.#clock.stop();
  }

  /** The page is visible again, or the network is back. */
  comesBack(): void {
    this.link.tryNow();
    this.#page.comeBack();
  }

  #settled(page: FakePage): void {
    if (page === this.#page) this.outstanding -= 1;
  }

  #load(): [PageClock, M, CallEngine] {
    const { newPage, randomId } = this.#parts;
    const { clock, media } = newPage();
    const page = this.#page;
    page.acquireSession = () =>
      Promise.resolve({ sessionId: this.sessionId, release: () => undefined });
    page.sendLeave = (_server, body) => this.link.sendBeacon(body);
    const engine = new CallEngine({
      ...{ clock, randomId, media, page },
      socket: this.link,
      storage: this.#memory,
      logger: new FakeLogger(),
    });
    engine.listen((notification) => {
      if (page !== this.#page) return;
      this.callbacks.notified(notification);
      const { name, args } = notification;
      this.#parts.note(`  ${this.name} emits ${name}(${args.map(String).join(', ')})`);
      // After its next sign-in the device rings again.
      if (name === 'onKickedOffline') this.ignored.clear();
      // As every host page does: it requests a new userSig.
      const ends = name === 'onUserSigWillExpire' && !this.#renewsLate;
      if (ends || name === 'onUserSigExpired') void this.#renew();
    });
    return [clock, media, engine];
  }

  async #renew(): Promise<void> {
    this.#renewsLate = false;
    const userSig = await this.#parts.userSig();
    this.request((engine) => engine.renewUserSig(userSig));
  }

  /** I7: a ring ends at most a second after its deadline, whatever the network does. */
  checkRing(): void {
    must(!this.ringsLate(this.now), `I7: ${this.name} rings after its time`);
  }

  /** Whether the ring still continues a second after its deadline. */
  ringsLate(now: number): boolean {
    const { phase, ringDeadline } = this.state;
    return phase === 'incoming' && ringDeadline !== null && now > ringDeadline + 1000;
  }
}
