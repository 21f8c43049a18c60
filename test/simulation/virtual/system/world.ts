import type { Call } from '../../../../server/calls/model/call.ts';
import type { Change } from '../../../../server/calls/model/decision.ts';
import type { Config } from '../../../../server/config/config.ts';
import { SqliteStore } from '../../../../server/store/sqlite-store.ts';
import type { PushStore } from '../../../../server/push/push-store.ts';
import { FakeMediaServer } from '../../../../server/testing/fake-media-server.ts';
import { MemoryStore } from '../../../../server/testing/memory-store.ts';
import { TEST_CONFIG } from '../../../../server/testing/test-server.ts';
import type { CallId, Command, UserId } from '../../../../src/protocol/index.ts';
import { must } from '../../../model-check/model/violation.ts';
import type { Coverage } from '../../../support/coverage.ts';
import { AnswerWatch, outcomeOf } from '../checks/answer-watch.ts';
import { devicesFor, IN_TEAM, MAX_MEMBERS, USERS } from './users.ts';
import { Crossings } from '../sequence/crossings.ts';
import { Device } from './device.ts';
import { checkChange, checkEngaged, checkRepeated, type Cause } from '../checks/invariants.ts';
import { Link, type Up } from './link.ts';
import { RawSession } from '../sequence/raw-session.ts';
import { RoomMedia } from './rooms.ts';
import { ServerProcess, signed } from './server-process.ts';
import type { SentCommand, System } from './system.ts';
import { VirtualTime, type StoppableClock } from './virtual-time.ts';
import { WatchedStore } from './watched-store.ts';
import { format } from '../format.ts';

/** The setup of a sequence. */
export interface Setup {
  readonly callWaiting: boolean;
  readonly sessions: 'multiple' | 'single';
  readonly store: 'memory' | 'sqlite';
  /** No user has a page: each user has two raw sessions, which send any command. */
  readonly hasRawSessions?: boolean;
}

/** The server's clock at the beginning. */
export const SERVER_START = 1_700_000_000_000;
const USER_SIG_LIFETIME_MS = 400_000;
const SERVER = 'https://calls.test';
/** Every device’s clock has a different offset, so that a mix-up of clocks shows. */
const CLOCKS_APART_MS = 5_000;

/**
 * Everything between the user's input and the disk, in one process and in virtual time: production
 * engines and the production server; the test controls connections, clocks, LiveKit and the disk. Checks
 * each commit and each callback; `quiescence.ts` checks the state after a sequence.
 */
export class World implements System {
  readonly setup: Setup;
  readonly time = new VirtualTime();
  readonly rooms = new FakeMediaServer();
  readonly users = USERS.map((name) => name as string as UserId);
  readonly team = 'team';
  readonly shortRing = 5;
  readonly devices: readonly Device<Link, RoomMedia>[];
  readonly raw: readonly RawSession<Link>[];
  readonly calls = new Map<CallId, Call>();
  readonly crossings: Crossings;
  /** The steps so far: formatted only after a violation. */
  readonly #trace: (() => string)[] = [];
  readonly sentCommands: SentCommand<Link>[] = [];
  readonly answers: AnswerWatch;
  readonly #config: Config;
  readonly #store: WatchedStore;
  readonly #worldClock: StoppableClock;
  readonly #works = new Set<Promise<unknown>>();
  readonly #failures: unknown[] = [];
  #server: ServerProcess | null = null;
  #cause: Cause | null = null;
  #isAgain = false;
  #ids = 0;

  static async open(setup: Setup, coverage: Coverage): Promise<World> {
    const rules = { callWaiting: setup.callWaiting };
    const store =
      setup.store === 'memory' ? new MemoryStore(rules) : await SqliteStore.open(':memory:', rules);
    const world = new World(setup, store, coverage);
    await world.startServer();
    for (const device of world.devices) await device.signIn();
    for (const raw of world.raw) await raw.signIn();
    await world.settle();
    await world.calm(100);
    return world;
  }

  private constructor(setup: Setup, store: PushStore, coverage: Coverage) {
    this.setup = setup;
    const { callWaiting, sessions } = setup;
    this.#config = { ...TEST_CONFIG, callWaiting, sessions, maxMembers: MAX_MEMBERS };
    this.#store = new WatchedStore(store, {
      commit: (changes) => this.#keeping(() => this.#committed(changes)),
      death: () => this.killServer(),
    });
    this.answers = new AnswerWatch({ coverage, calls: this.calls, store });
    this.#worldClock = this.time.clock(0);
    const users = devicesFor(sessions);
    const tabs = setup.hasRawSessions ? [] : users.tabs;
    this.devices = tabs.map(([name, userId]) => this.#newDevice(name, userId as string as UserId));
    const rawSessions = users.raw.map((userId) => this.#newRaw(userId as string as UserId));
    // Erin stays the last one.
    const seconds = setup.hasRawSessions
      ? this.users.map((userId) => this.#newRaw(userId, '-2'))
      : [];
    this.raw = [...rawSessions.slice(0, -1), ...seconds, ...rawSessions.slice(-1)];
    this.crossings = new Crossings(() => [...this.devices, ...this.raw]);
  }

  get now(): number {
    return SERVER_START + this.time.now;
  }

  get server(): ServerProcess | null {
    return this.#server;
  }

  get backEnd(): ServerProcess | null {
    return this.#server;
  }

  get links(): readonly Link[] {
    return [...this.devices, ...this.raw].map(({ link }) => link);
  }

  async startServer(): Promise<void> {
    if (this.#server !== null) return;
    const clock = this.time.clock(SERVER_START);
    this.note('the server starts');
    this.#server = new ServerProcess({
      config: this.#config,
      store: this.#store,
      clock,
      media: this.rooms,
      randomId: () => this.#randomId(),
      working: (work) => this.working(work),
    });
    // The server needs LiveKit at its start: without it the process exits.
    const starting = this.#server.start().catch(() => this.killServer());
    this.working(starting);
    await this.settle();
  }

  /** kill -9 */
  killServer(): void {
    if (this.#server !== null) this.note('the server is killed');
    this.#server?.kill();
    this.#server = null;
    // The work in progress never settles.
    this.#works.clear();
    for (const link of this.links) link.serverDied();
  }

  killAfterNextCommit(dies = true): void {
    this.#store.dieAfterNext(dies);
  }

  working(work: Promise<unknown>): void {
    const done: Promise<unknown> = work
      .catch((error: unknown) => this.#failures.push(error))
      .finally(() => this.#works.delete(done));
    this.#works.add(done);
  }

  /** Delivers the oldest message on this connection to the server. */
  async arrives(link: Link): Promise<void> {
    const up = link.up.shift();
    if (up === undefined) return;
    if (this.#server === null) {
      // The server is down: the next attempt notices.
      if (up.type === 'hello') link.break();
      return;
    }
    const name = this.#nameOf(link);
    this.note(() => `${name} → ${up.type === 'command' ? format(up.command) : up.type}`);
    if (up.type === 'command') await this.#takes(link, up);
    else {
      this.#server.takes(link, up, () => undefined);
      await this.settle();
    }
    this.#cause = null;
  }

  async #takes(link: Link, up: Up & { type: 'command' }): Promise<void> {
    const { command } = up;
    const party = this.#partyOf(link);
    const row = await this.answers.rowOf(command, party);
    const isSaidAgain = await this.answers.isSaidAgain(command, party);
    this.#causedBy(link, command);
    this.#server?.takes(link, up, (raw) => {
      if (!isSaidAgain) this.#keeping(() => this.answers.answered(row, command, raw));
      // A refused command had no effect: a repetition may take effect.
      if (outcomeOf(raw) === 'ok') this.sentCommands.push({ link, command });
    });
    await this.settle();
  }

  async again({ link, command }: SentCommand<Link>): Promise<void> {
    if (this.#server === null || !link.isConnected) return;
    this.#causedBy(link, command);
    this.#isAgain = true;
    this.working(this.#server.execute(link, command, () => undefined));
    await this.settle();
    this.#isAgain = false;
    this.#cause = null;
  }

  async hears(link: Link): Promise<void> {
    const [down] = link.down;
    const name = this.#nameOf(link);
    if (down !== undefined) this.note(() => `${name} ← ${format(down)}`);
    link.hear();
    await this.settle();
  }

  async flush(): Promise<void> {
    for (let busy = true; busy;) {
      busy = false;
      for (const link of this.links) {
        while (link.up.length > 0) {
          busy = true;
          await this.arrives(link);
        }
        while (link.down.length > 0) {
          busy = true;
          await this.hears(link);
        }
      }
    }
  }

  /** Time passes, and nothing is delivered in it. */
  async pass(ms: number): Promise<void> {
    const until = this.time.now + ms;
    while (this.time.step(until)) await this.settle();
    for (const { media } of this.devices) media.look();
    await this.settle();
    this.#checkDevices();
  }

  /** Time passes, and every message arrives at once. */
  async calm(ms: number): Promise<void> {
    const until = this.time.now + ms;
    await this.flush();
    while (this.time.step(until)) {
      await this.settle();
      for (const { media } of this.devices) media.look();
      await this.flush();
    }
    await this.settle();
    this.#checkDevices();
  }

  /** Nothing arrives by itself here. */
  hold(): void {}

  async afterStep(): Promise<void> {
    await this.settle();
    // Everything that is due now runs now.
    await this.pass(0);
    this.crossings.look();
  }

  async restoreAll(): Promise<void> {
    this.rooms.reachable = true;
    this.killAfterNextCommit(false);
    await this.startServer();
  }

  async within(ms: number, holds: () => void | Promise<void>): Promise<void> {
    await this.calm(ms);
    await holds();
  }

  withoutKills(work: () => Promise<void>): Promise<void> {
    return work();
  }

  async settle(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#works.size > 0 || this.#store.isBusy);
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  close(): Promise<void> {
    this.#server?.kill();
    return this.#store.close();
  }

  roomsLeft(): Promise<readonly string[]> {
    return Promise.resolve([...this.rooms.rooms.keys()]);
  }

  missedOf(userId: UserId) {
    return this.#store.transaction((tx) => tx.missedSince(userId, { seq: 0 }));
  }

  note(words: string | (() => string)): void {
    const at = (this.time.now / 1000).toFixed(1);
    this.#trace.push(() => `${at} s  ${typeof words === 'string' ? words : words()}`);
  }

  /** The last steps, formatted. */
  trace(lines: number): readonly string[] {
    return this.#trace.slice(-lines).map((words) => words());
  }

  #nameOf(link: Link): string {
    const { name } = this.devices.find((one) => one.link === link) ?? {};
    const raw = this.raw.find((one) => one.link === link);
    return name ?? `raw ${raw?.userId ?? ''}`;
  }

  #checkDevices(): void {
    for (const device of this.devices) {
      device.checkRing();
      const wrong = [...device.unexpectedErrors, ...device.callbacks.violations];
      must(wrong.length === 0, wrong.join('; '));
    }
  }

  /** Kept for the test: the server handles errors by itself. */
  #keeping(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#failures.push(error);
    }
  }

  #partyOf(link: Link): Device | RawSession {
    const party = [...this.devices, ...this.raw].find((one) => one.link === link);
    if (party === undefined) throw new Error('nobody has this line');
    return party;
  }

  #causedBy(link: Link, command: Command): void {
    const { userId, sessionId } = this.#partyOf(link);
    this.#cause = { command, userId, sessionId };
  }

  #committed(changes: readonly Change[]): void {
    for (const change of changes) {
      const known = this.calls.get(change.after.callId) ?? null;
      must(
        (known?.version ?? null) === (change.before?.version ?? null),
        'a change was made to something else than was stored',
      );
      checkChange(change, this.#cause, this.now);
      if (this.#isAgain) checkRepeated(change, this.#cause);
      this.calls.set(change.after.callId, change.after);
      this.note(() => `  it is so: ${format(change.after)}`);
    }
    checkEngaged([...this.calls.values()], this.setup.callWaiting);
  }

  #userSig(userId: UserId): Promise<string> {
    const groups = IN_TEAM.includes(userId) ? [this.team] : [];
    return signed(userId, groups, this.now, USER_SIG_LIFETIME_MS);
  }

  #newDevice(name: string, userId: UserId): Device<Link, RoomMedia> {
    const link = new Link(this.#worldClock);
    const clockShows = CLOCKS_APART_MS * (1 + name.charCodeAt(0) + name.charCodeAt(1));
    return new Device({
      ...{ name, userId, server: SERVER, link },
      newPage: () => {
        const clock = this.time.clock(clockShows);
        link.useClock(clock);
        return { clock, media: new RoomMedia(this.rooms) };
      },
      randomId: () => this.#randomId(),
      userSig: () => this.#userSig(userId),
      note: (words) => this.note(words),
    });
  }

  #newRaw(userId: UserId, device = ''): RawSession<Link> {
    const link = new Link(this.#worldClock);
    return new RawSession({
      ...{ userId, device, server: SERVER, link },
      randomId: () => this.#randomId(),
      userSig: () => this.#userSig(userId),
    });
  }

  #randomId(): string {
    this.#ids += 1;
    return `random-id-${String(this.#ids).padStart(8, '0')}`;
  }
}
