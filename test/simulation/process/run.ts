import { setTimeout as pause } from 'node:timers/promises';
import { randomId } from '../../../src/adapters/browser/random-id.ts';
import type { CallId, UserId } from '../../../src/protocol/index.ts';
import type { Call } from '../../../server/calls/model/call.ts';
import { Violation, must } from '../../model-check/model/violation.ts';
import type { Records } from '../../fault-injection/support/records.ts';
import { devicesFor, IN_TEAM, USERS } from '../virtual/system/users.ts';
import { Crossings } from '../virtual/sequence/crossings.ts';
import { Device } from '../virtual/system/device.ts';
import { checkAllShown } from '../virtual/checks/quiescence.ts';
import { RawSession } from '../virtual/sequence/raw-session.ts';
import type { BackEnd, SentCommand, System } from '../virtual/system/system.ts';
import { TIME_SCALE, realNow } from './time-scaling.ts';
import type { ServerProcess, ServerSettings } from './server-process.ts';
import { StoppableBrowserClock } from './page-clock.ts';
import { EnteredMedia, UnseenMedia } from './room-media.ts';
import { SocketLine } from './socket-line.ts';
import { Recorder } from './recorder.ts';

export interface Setup extends ServerSettings {
  /** Whether LiveKit has participants in its rooms. */
  readonly media: 'entered' | 'unseen';
}

/** The users of this sequence, and their connections. */
interface Participants {
  readonly users: readonly UserId[];
  readonly team: string;
  readonly tabs: readonly SocketLine[];
  readonly rawSessions: readonly SocketLine[];
}

type RealDevice = Device<SocketLine, EnteredMedia | UnseenMedia>;

/** Interval between two checks of a condition, in real ms. */
const POLL_INTERVAL_MS = 20;
/** Longest interval between two reads of the database file, in real ms. */
const READ_INTERVAL_MS = 250;
const DAY_S = 86_400;
/** Added to every limit, in real ms, so that only a hang exceeds it on a busy machine. */
const PATIENCE_MS = 180_000;
/** The sequence continues without an answer that takes longer than this, in real ms. */
const ANSWERED_WITHIN_MS = 5000;

let runCount = 0;

/**
 * One of several parallel sequences: it has its own users and devices, and shares a server with other sequences. Each
 * device runs the production engine and socket, over a real socket through a relay, to a real server process with
 * its database and LiveKit. Each check reads what the server has written to its disk.
 */
export class Run implements System {
  readonly setup: Setup;
  readonly users: readonly UserId[];
  readonly team: string;
  /** Long enough for a message to arrive on a busy machine. */
  readonly shortRing = 15;
  readonly devices: readonly RealDevice[];
  readonly raw: readonly RawSession<SocketLine>[];
  readonly crossings: Crossings;
  readonly recorder: Recorder;
  readonly #server: ServerProcess;
  readonly #userIds: readonly UserId[];
  readonly #failures: unknown[] = [];
  readonly #works = new Set<Promise<unknown>>();
  readonly #stop: () => void;
  /** The server was killed during this sequence, by this sequence or by another one. */
  #kills = 0;
  #calls: ReadonlyMap<CallId, Call> = new Map();
  /** The number of recorded entries, and the time, at the last read of the database file. */
  #read = { noted: -1, at: 0 };
  readonly #userSigs = new Map<UserId, string>();

  static async start(server: ServerProcess, setup: Setup): Promise<Run> {
    const recorder = new Recorder();
    const number = (runCount += 1);
    const named = (user: string) => `${user}-${number}` as UserId;
    const { tabs, raw } = devicesFor(setup.sessions);
    const open = (name: string, user: string) =>
      SocketLine.open({ name, userId: named(user) }, () => server.server.port, recorder);
    return new Run(server, setup, recorder, {
      users: USERS.map(named),
      team: named('team'),
      tabs: await Promise.all(tabs.map(([name, user]) => open(name, user))),
      rawSessions: await Promise.all(raw.map((user) => open(`raw ${user}`, user))),
    });
  }

  private constructor(
    server: ServerProcess,
    setup: Setup,
    recorder: Recorder,
    participants: Participants,
  ) {
    this.setup = setup;
    this.recorder = recorder;
    this.users = participants.users;
    this.team = participants.team;
    this.#server = server;
    this.devices = participants.tabs.map((line) => this.#newDevice(line));
    this.raw = participants.rawSessions.map((link) => {
      const { userId, url: server } = link;
      return new RawSession({
        ...{ userId, server, link, randomId },
        userSig: () => this.userSig(userId),
      });
    });
    this.#userIds = [...new Set(this.lines.map(({ userId }) => userId))];
    this.crossings = new Crossings(() => [...this.devices, ...this.raw]);
    this.#stop = server.onKill(() => {
      this.#kills += 1;
      this.note('the server is killed');
    });
  }

  get lines(): readonly SocketLine[] {
    return [...this.devices, ...this.raw].map(({ link }) => link);
  }

  get calls(): ReadonlyMap<CallId, Call> {
    // Read again after a message or after some time.
    const { noted, at } = this.#read;
    if (noted < this.recorder.length || realNow() - at > READ_INTERVAL_MS) {
      this.#calls = this.records().calls as ReadonlyMap<CallId, Call>;
      this.#read = { noted: this.recorder.length, at: realNow() };
    }
    return this.#calls;
  }

  get backEnd(): BackEnd | null {
    return this.#server.backEnd;
  }

  get kills(): number {
    return this.#kills;
  }

  get sentCommands(): readonly SentCommand[] {
    return this.recorder.sent;
  }

  records(): Records {
    return this.#server.records(this.#userIds);
  }

  /** The first session of the user. */
  async userSig(userId: UserId): Promise<string> {
    const userSig = this.#userSigs.get(userId) ?? (await this.newUserSig(userId, DAY_S));
    this.#userSigs.set(userId, userSig);
    return userSig;
  }

  isInTeam(userId: UserId): boolean {
    return IN_TEAM.some((user) => userId.startsWith(`${user}-`));
  }

  newUserSig(userId: UserId, expiresIn: number): Promise<string> {
    const groups = this.isInTeam(userId) ? [this.team] : [];
    return this.#server.userSig(userId, { expiresIn, groups });
  }

  working(work: Promise<unknown>): void {
    const done: Promise<unknown> = work
      .catch((error: unknown) => this.#failures.push(error))
      .finally(() => this.#works.delete(done));
    this.#works.add(done);
  }

  hold(): void {
    for (const { link } of this.devices) link.hold();
  }

  flow(): void {
    for (const line of this.lines) line.flow();
  }

  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  async flush(): Promise<void> {
    this.flow();
    await this.until(
      () => !this.lines.some((line) => line.isBusy) && this.#isSynchronized(),
      ANSWERED_WITHIN_MS,
    );
  }

  /** Waits for the condition, but continues without it after a time limit. */
  async until(isSo: () => boolean, atMostMs: number): Promise<void> {
    const end = realNow() + atMostMs;
    while (!isSo() && realNow() < end) await pause(POLL_INTERVAL_MS);
  }

  async afterStep(): Promise<void> {
    await this.settle();
    this.crossings.look();
    await this.#check();
  }

  async again({ link, command }: SentCommand): Promise<void> {
    // On the same device: its connection may be a new one by now.
    link.send(command, 5000).catch(() => undefined);
    await this.settle();
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }

  async restoreAll(): Promise<void> {
    this.flow();
    await this.#server.whenRunning();
    // The effects of REST calls are sent before later commands are acknowledged.
    await Promise.all(this.#works);
  }

  async within(ms: number, holds: () => void | Promise<void>): Promise<void> {
    const end = realNow() + ms / TIME_SCALE + PATIENCE_MS;
    for (;;) {
      await this.#check();
      try {
        return await holds();
      } catch (error) {
        if (!(error instanceof Violation) || realNow() > end) throw error;
      }
      await pause(POLL_INTERVAL_MS);
    }
  }

  withoutKills(work: () => Promise<void>): Promise<void> {
    return this.#server.withoutKills(work);
  }

  missedOf(userId: UserId): Promise<readonly { readonly callId: CallId }[]> {
    const { missed } = this.records();
    const theirs = missed.filter(({ user_id: id }) => id === userId);
    return Promise.resolve(theirs.map((row) => ({ callId: row.call_id as CallId })));
  }

  roomsLeft(): Promise<readonly string[]> {
    return this.#server.openRooms(this.calls);
  }

  note(words: string): void {
    this.recorder.note(() => words);
  }

  async end(): Promise<void> {
    this.#stop();
    for (const device of this.devices) device.close();
    await Promise.all(this.lines.map((line) => line.end()));
  }

  /** Signs in on all devices; `rawSessions`: also the raw sessions. */
  async signInAll(rawSessions: readonly number[]): Promise<void> {
    for (const device of this.devices) await device.signIn();
    for (const [place, raw] of this.raw.entries()) {
      if (rawSessions.some((one) => one % this.raw.length === place) || raw === this.raw.at(-1))
        await raw.signIn();
    }
    await this.within(10_000, () => {
      for (const { name, state } of this.devices) {
        must(state.connection === 'connected', `${name} could not sign in`);
      }
    });
  }

  /** Each connected device shows the server's state. */
  #isSynchronized(): boolean {
    try {
      const devices = this.devices.filter(({ link }) => link.isConnected);
      checkAllShown({ calls: this.calls, devices });
      return true;
    } catch (error) {
      if (error instanceof Violation) return false;
      throw error;
    }
  }

  async #check(): Promise<void> {
    const since = performance.now();
    // All work that was due by then is done after this, however busy this process was.
    await pause(1);
    if (this.#failures.length > 0) throw this.#failures[0];
    must(this.recorder.violations.length === 0, this.recorder.violations.join('; '));
    const late = this.devices.filter((device) => device.ringsLate(since));
    // After a failed accept the call rings again, until its timer finds that the ring is over.
    if (late.length > 0) await pause(POLL_INTERVAL_MS);
    for (const device of this.devices) {
      must(!late.includes(device) || !device.ringsLate(since), `I7: ${device.name} rings late`);
      const wrong = [...device.unexpectedErrors, ...device.callbacks.violations];
      must(wrong.length === 0, wrong.join('; '));
    }
  }

  #newDevice(link: SocketLine): RealDevice {
    const { name, userId, url: server } = link;
    return new Device({
      ...{ name, userId, server, link, randomId },
      newPage: () => ({
        clock: new StoppableBrowserClock(),
        media: this.setup.media === 'entered' ? new EnteredMedia() : new UnseenMedia(),
      }),
      userSig: () => this.userSig(userId),
      note: (words) => this.note(words),
    });
  }
}
