import { createHash, randomBytes } from 'node:crypto';
import { parseCallId, parseUserId } from '../../src/protocol/index.ts';
import type { CallId, UserId } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import { declineRing } from '../calls/server-commands.ts';
import { memberOf } from '../calls/model/call.ts';
import type { Call, Member } from '../calls/model/call.ts';
import type { Job } from '../calls/store.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { Log } from '../shared/log.ts';
import { networkCause } from '../shared/network-cause.ts';
import { ringMessage, ringOverMessage } from './push-message.ts';
import type { PushMessage } from './push-message.ts';
import type { PushRing, PushStore, PushTransaction, StoredPushTarget } from './push-store.ts';
import type { PushConfig } from './vapid.ts';

/** `gone`: the device does not exist any more. `refused`: another attempt would fail as well. */
export type PushResult = 'sent' | 'gone' | 'refused';

/** Sends messages to devices. @throws {Error} if a later attempt may succeed. */
export type SendPush = (target: StoredPushTarget, message: PushMessage) => Promise<PushResult>;

export interface RingPushesDependencies {
  readonly store: PushStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: { readonly push: PushConfig };
  readonly calls: Pick<CallService, 'forServer'>;
  readonly send: SendPush;
}

/** A device that is to be notified. */
interface Notice {
  readonly target: StoredPushTarget;
  readonly ring: PushRing;
  readonly message: PushMessage;
}

/** Notices that a ring is over are given up after so many attempts. */
const MAX_ATTEMPTS = 6;
const TOKEN_BYTES = 32;

/**
 * Notifies the devices of a user that a ring has begun or is over. Each change of a ring saves a job, which sends
 * what the devices do not know yet; so a job that is executed again sends nothing twice that is known to be sent.
 */
export class RingPushes {
  readonly #dependencies: RingPushesDependencies;
  /** The jobs in progress, by subject: the notice of an end waits for that of the ring. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(dependencies: RingPushesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Executes a job `push`. @throws {Error} if a device has to be notified later. */
  async execute(job: Pick<Job, 'subject' | 'attempts'>): Promise<void> {
    const { subject } = job;
    const before = this.#running.get(subject) ?? Promise.resolve();
    const done = before.catch(() => undefined).then(() => this.#execute(job));
    this.#running.set(subject, done);
    try {
      await done;
    } finally {
      if (this.#running.get(subject) === done) this.#running.delete(subject);
    }
  }

  async #execute({ subject, attempts }: Pick<Job, 'subject' | 'attempts'>): Promise<void> {
    const [call = '', user = ''] = subject.split(' ');
    const [callId, userId] = [parseCallId(call), parseUserId(user)];
    if (callId === null || userId === null) return;
    // A ring may have ended while its notice was sent.
    for (;;) {
      const notices = await this.#due(callId, userId);
      if (notices.length === 0) return;
      const results = await Promise.allSettled(notices.map((one) => this.#notify(one, attempts)));
      const failed = results.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw new Error('a device was not notified', { cause: failed });
    }
  }

  /**
   * Declines the ring to which the token belongs. Without effect if the ring is over.
   *
   * @throws {CommandError} call-not-found if there is no such token.
   */
  async decline(token: string): Promise<void> {
    const { store, calls } = this.#dependencies;
    const found = await store.transaction(async (tx) => {
      const ring = await tx.push.ringByToken(hashOf(token));
      const target = ring === null ? null : await tx.push.target(ring.targetId);
      if (ring === null || target === null) return null;
      // The device has removed its notification itself.
      await tx.push.setRingState(ring, 'declined');
      return { ...ring, sessionId: target.sessionId };
    });
    if (found === null) throw new CommandError('call-not-found');
    await calls.forServer((tx, { now }) => declineRing(tx, found, now));
  }

  #due(callId: CallId, userId: UserId): Promise<readonly Notice[]> {
    const { store } = this.#dependencies;
    return store.transaction(async (tx) => {
      const call = await tx.call(callId);
      const member = call === null ? null : memberOf(call, userId);
      const rings = await tx.push.ringsOf(callId, userId);
      const targets = await tx.push.targetsOf(userId);
      if (call === null || member === null) return forget(tx, rings);
      return this.#isRinging(member)
        ? this.#dueRings(tx, { call, member, rings, targets })
        : this.#dueEnds(tx, { call, member, rings, targets });
    });
  }

  #isRinging({ status, suppressed, ringUntil }: Member): boolean {
    const isOver = ringUntil !== null && ringUntil <= this.#dependencies.clock.now();
    return status === 'ringing' && !suppressed && !isOver;
  }

  /** A ring whose notice is not known to be sent gets a new token. */
  async #dueRings(
    tx: PushTransaction,
    { call, member, rings, targets }: Known,
  ): Promise<readonly Notice[]> {
    const { clock, config } = this.#dependencies;
    const { invitedVersion } = member;
    const known = new Set(
      rings
        .filter((one) => one.state !== 'new' && one.invitedVersion === invitedVersion)
        .map(({ targetId }) => targetId),
    );
    const notices: Notice[] = [];
    for (const target of targets) {
      if (known.has(target.targetId) || target.expiresAt <= clock.wall()) continue;
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const { userId, targetId } = target;
      const ring: PushRing = {
        ...{ callId: call.callId, userId, targetId, invitedVersion },
        tokenHash: hashOf(token),
        state: 'new',
      };
      await tx.push.saveRing(ring);
      const { showCaller } = config.push;
      const message = ringMessage(call, member, { now: clock.now(), token, showCaller });
      notices.push({ target, ring, message });
    }
    return notices;
  }

  async #dueEnds(
    tx: PushTransaction,
    { call, member, rings, targets }: Known,
  ): Promise<readonly Notice[]> {
    const message = ringOverMessage(call, member, this.#dependencies.config.push.showCaller);
    const notices: Notice[] = [];
    for (const ring of rings) {
      const target = targets.find(({ targetId }) => targetId === ring.targetId);
      if (ring.state === 'declined' || target === undefined) await tx.push.deleteRing(ring);
      else notices.push({ target, ring, message });
    }
    return notices;
  }

  async #notify({ target, ring, message }: Notice, attempts: number): Promise<void> {
    const { store, log, send } = this.#dependencies;
    let result: PushResult;
    try {
      result = await send(target, message);
    } catch (error) {
      log.warn({ reason: networkCause(error), platform: target.platform }, 'push failed');
      if (message.type === 'ring' || attempts < MAX_ATTEMPTS) throw error;
      result = 'refused';
    }
    await store.transaction(async (tx) => {
      if (result === 'gone') return tx.push.deleteTarget(target.targetId);
      if (message.type === 'ring-over') return tx.push.deleteRing(ring);
      // Replaced or deleted meanwhile by another job, which also notifies the device.
      const isCurrent = await tx.push.setRingState(ring, 'sent');
      if (!isCurrent) await this.#restore(tx, ring);
    });
  }

  /** The end of the ring may have been sent before the ring: it is sent again. */
  async #restore(tx: PushTransaction, ring: PushRing): Promise<void> {
    const others = await tx.push.ringsOf(ring.callId, ring.userId);
    const isReplaced = others.some(({ targetId }) => targetId === ring.targetId);
    const isRegistered = (await tx.push.target(ring.targetId)) !== null;
    if (!isReplaced && isRegistered) await tx.push.saveRing({ ...ring, state: 'sent' });
  }
}

interface Known {
  readonly call: Call;
  readonly member: Member;
  readonly rings: readonly PushRing[];
  readonly targets: readonly StoredPushTarget[];
}

async function forget(tx: PushTransaction, rings: readonly PushRing[]): Promise<readonly Notice[]> {
  for (const ring of rings) await tx.push.deleteRing(ring);
  return [];
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
