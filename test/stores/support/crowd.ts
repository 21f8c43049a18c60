import { setTimeout as pause } from 'node:timers/promises';
import { memberOf } from '../../../server/calls/model/call.ts';
import { CallError } from '../../../src/engine/api/call-error.ts';
import type { CallSnapshot } from '../../../src/engine/index.ts';
import type { UserId } from '../../../src/protocol/index.ts';
import type { TestUser } from '../../fixtures/test-user.ts';
import type { Records } from '../../fault-injection/support/records.ts';
import { must } from '../../model-check/model/violation.ts';
import { CallbackTrace } from '../../simulation/virtual/checks/callback-trace.ts';

/** Time between two actions of a user. */
const THINK_MS = [20, 250] as const;
/** Short, so that deadlines pass while a node or the database is down. */
const RING_SECONDS = [2, 4] as const;
/** Errors of users who act at the same time, or during an outage. */
const EXPECTED_ERRORS = [
  ...['wrong-state', 'repeated-request', 'signaling-failed', 'call-not-found'],
  // While Postgres restarts; its cause is in the log of the node.
  'internal-error',
];

/** Random whole numbers that a seed repeats. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0, below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  oneOf<T>(things: readonly T[]): T {
    const thing = things[this.between(0, things.length - 1)];
    if (thing === undefined) throw new Error('there is nothing to choose from');
    return thing;
  }
}

interface CrowdUser {
  readonly user: TestUser;
  readonly userId: UserId;
  readonly callbacks: CallbackTrace;
}

/** Users who call each other at random: accept, reject, cancel, hang up, switch the media type. */
export class Crowd {
  readonly #users: readonly CrowdUser[];
  readonly #random: Random;
  readonly #errors: unknown[] = [];
  #running = false;
  #acting: Promise<unknown> = Promise.resolve();

  constructor(users: readonly TestUser[], random: Random) {
    this.#random = random;
    this.#users = users.map((user) => {
      const callbacks = new CallbackTrace(user.userId);
      user.engine.listen((notification) => callbacks.notified(notification));
      return { user, userId: user.userId as UserId, callbacks };
    });
  }

  start(): void {
    this.#running = true;
    this.#acting = Promise.all(this.#users.map(({ user }) => this.#act(user)));
  }

  /** Nobody calls any more, and everyone hangs up. @throws what no user should meet. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#acting;
    await Promise.all(this.#users.map(({ user }) => leaveCalls(user)));
    if (this.#errors.length > 0) throw new AggregateError(this.#errors, 'users met errors');
  }

  /** Each user can be rung. */
  async ringEach(): Promise<void> {
    for (const { user: callee } of this.#users) {
      const caller = this.#users.find(({ user }) => user !== callee)?.user;
      if (caller === undefined) throw new Error('there is nobody to call');
      await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
      await callee.phase('incoming');
      await callee.engine.reject();
      await Promise.all([caller, callee].map((one) => one.until('free', isFree)));
    }
  }

  /** The callbacks of every device agree with the record: each call rings and ends once. */
  checkCallbacks(records: Records): void {
    for (const { user, userId, callbacks } of this.#users) {
      must(callbacks.violations.length === 0, callbacks.violations.join('; '));
      must(callbacks.open.length === 0, `${userId} was not notified of the end of a call`);
      const rings = user.notifications.filter(({ name }) => name === 'onCallReceived');
      const rung = new Set(rings.map(({ info }) => info.callId));
      must(rung.size === rings.length, `${userId} was rung twice by a call`);
      for (const [callId, end] of callbacks.ends) {
        const call = records.calls.get(callId);
        must(call !== undefined, `${userId} was notified of an unknown call`);
        const wasIn = call.startedAt !== null && memberOf(call, userId)?.joinedAt != null;
        // A hang-up is reported at once: the record may know more.
        const isOwn = end.info.byUserId === userId;
        must(isOwn || wasIn === (end.name === 'onCallEnd'), `${userId}: wrong end of ${callId}`);
      }
      const missed = records.missed.filter((row) => row.user_id === userId);
      const expected = missed.map((row) => row.call_id).toSorted();
      must(
        callbacks.missed.toSorted().join() === expected.join(),
        `${userId} was notified of ${callbacks.missed.length} missed calls, of ${missed.length}`,
      );
    }
  }

  async #act(user: TestUser): Promise<void> {
    while (this.#running) {
      await pause(this.#random.between(...THINK_MS));
      // Not awaited: users act again while an acknowledgement is on its way.
      this.#actOnce(user).catch((error: unknown) => {
        const isExpected = error instanceof CallError && EXPECTED_ERRORS.includes(error.name);
        if (!isExpected) this.#errors.push(error);
      });
    }
  }

  async #actOnce({ engine, userId }: TestUser): Promise<void> {
    const chance = this.#random.next();
    switch (engine.state.phase) {
      case 'idle':
      case 'ended': {
        // Seldom: where everyone calls, everyone is busy.
        if (chance > 0.06) return;
        const others = this.#users.filter(({ user }) => user.userId !== userId);
        const timeout = this.#random.between(...RING_SECONDS);
        await engine.calls(this.#random.oneOf(others).user.userId, 'audio', { timeout });
        return;
      }
      case 'incoming':
        if (chance < 0.4) await engine.accept();
        else if (chance < 0.52) await engine.reject();
        return;
      case 'outgoing':
        if (chance < 0.08) await engine.hangup();
        return;
      default:
        if (chance < 0.15) await engine.hangup();
        else if (chance < 0.2) await engine.switchCallMediaType('video');
    }
  }
}

async function leaveCalls(user: TestUser): Promise<void> {
  while (!isOut(user.state)) {
    await user.engine.hangup();
    await user.until('no ended call', ({ phase }) => phase !== 'ended');
  }
  await user.until('free', isFree);
}

function isOut({ phase }: CallSnapshot): boolean {
  return phase === 'idle' || phase === 'ended';
}

function isFree(state: CallSnapshot): boolean {
  return isOut(state) && state.connection === 'connected';
}
