import { parseCallId } from '../../src/protocol/index.ts';
import type {
  CallCommand,
  CallId,
  CommandOf,
  SessionId,
  UserId,
} from '../../src/protocol/index.ts';
import type { RandomId } from '../random-id.ts';
import { Refusal } from '../refusal.ts';
import type { StoredCommand, Transaction } from '../store/store.ts';
import { isLive, memberOf } from './call.ts';
import type { Call } from './call.ts';
import {
  alerted,
  answer,
  hangUp,
  invite,
  join,
  passTime,
  reject,
  startCall,
  switchMediaType,
} from './call-rules.ts';
import { refuse } from './decision.ts';
import type { Actor, Change, Decision } from './decision.ts';

/** The commands that act in a call. */
export type CallingCommand = CommandOf<
  | 'call'
  | 'cancel'
  | 'accept'
  | 'reject'
  | 'hangup'
  | 'invite'
  | 'join'
  | 'switch-media-type'
  | 'alerted'
>;

export interface DecideContext {
  readonly now: number;
  readonly randomId: RandomId;
  readonly maxMembers: number;
  readonly isGone: (userId: UserId, sessionId: SessionId) => boolean;
  /** Counts who is rung: asked once for each new one, never for a command said again. */
  readonly mayCall: (caller: UserId, callees: readonly UserId[]) => boolean;
}

export interface Decided {
  readonly changes: readonly Change[];
  readonly answer: Call | null;
}

/**
 * Loads what a command concerns, asks its rule, and remembers the command in the same transaction: said
 * again, it is answered with the call as it is by then.
 *
 * @throws {Refusal} and so leaves nothing behind.
 */
export async function decide(
  tx: Transaction,
  command: CallingCommand,
  actor: Actor,
  context: DecideContext,
): Promise<Decided> {
  const desk = new Desk(tx, actor, context);
  const earlier = await tx.command(actor.userId, command.id);
  if (earlier !== null) return desk.again(command, earlier);
  if (command.type === 'cancel') return desk.cancel(command);
  const decision =
    command.type === 'call' ? await desk.start(command) : await desk.act(command, command.callId);
  return desk.settled(command, decision);
}

/** One command on its way through: what was loaded for it, with time passed. */
class Desk {
  readonly #tx: Transaction;
  readonly #actor: Actor;
  readonly #context: DecideContext;
  /** Calls after time has passed → as they stand in the store. */
  readonly #stored = new Map<Call, Call>();

  constructor(tx: Transaction, actor: Actor, context: DecideContext) {
    this.#tx = tx;
    this.#actor = actor;
    this.#context = context;
  }

  async again(command: CallingCommand, earlier: StoredCommand): Promise<Decided> {
    if (earlier.type !== command.type) {
      throw new Refusal('invalid-parameter', 'id was used for another command');
    }
    if (earlier.callId !== null)
      return { changes: [], answer: await this.#tx.call(earlier.callId) };
    if (command.type === 'call') {
      throw new Refusal('wrong-state', 'The call was cancelled before it arrived.');
    }
    return { changes: [], answer: null };
  }

  /** Before its call has arrived a cancel leaves a mark, by which that is refused. */
  async cancel(command: CommandOf<'cancel'>): Promise<Decided> {
    const { userId } = this.#actor;
    const made = await this.#tx.command(userId, command.callCommandId);
    if (made !== null && made.type !== 'call') {
      throw new Refusal('invalid-parameter', 'callCommandId is not the id of a call command');
    }
    if (made === null) {
      const { callCommandId: commandId } = command;
      await this.#remember({ id: commandId, type: 'call' }, null);
    }
    if (made === null || made.callId === null) {
      await this.#remember(command, null);
      return { changes: [], answer: null };
    }
    return this.settled(command, await this.act({ type: 'hangup' }, made.callId));
  }

  async start(command: CallCommand): Promise<Decision> {
    const callees = [...new Set(command.userIds)];
    // Refused by the rule in any case: not worth a look at so many users.
    if (callees.length >= this.#context.maxMembers) return refuse('call-full');
    if (!this.#context.mayCall(this.#actor.userId, callees)) return refuse('rate-limited');
    const liveCalls = (await this.#tx.liveCallsOf([this.#actor.userId, ...callees])).map((call) =>
      this.#timePassed(call),
    );
    const profiles = await this.#tx.profiles(callees);
    return startCall(command, this.#actor, {
      ...this.#context,
      callId: newCallId(this.#context.randomId),
      roomName: this.#context.randomId(),
      liveCalls: liveCalls.filter((call) => call.status !== 'ended'),
      profileOf: (userId) => profiles.get(userId) ?? NO_PROFILE,
    });
  }

  async act(command: CallAct, callId: CallId): Promise<Decision> {
    const stored = await this.#tx.call(callId);
    if (stored === null) return refuse('call-not-found');
    const call = this.#timePassed(stored);
    const { now } = this.#context;
    switch (command.type) {
      case 'accept':
        return answer(call, this.#actor, now);
      case 'reject':
        return reject(call, this.#actor, now);
      case 'hangup':
        return hangUp(call, this.#actor, this.#context);
      case 'alerted':
        return alerted(call, this.#actor);
      case 'switch-media-type':
        return switchMediaType(call, command.mediaType, this.#actor);
      case 'join': {
        const isBusy = await this.#busyElsewhere([this.#actor.userId], callId);
        return join(call, this.#actor, { ...this.#context, isBusy: isBusy(this.#actor.userId) });
      }
      case 'invite':
        return this.#invite(call, command);
    }
  }

  async #invite(call: Call, command: CommandOf<'invite'>): Promise<Decision> {
    if (command.userIds.length > this.#context.maxMembers) return refuse('call-full');
    if (!this.#context.mayCall(this.#actor.userId, command.userIds)) return refuse('rate-limited');
    const isBusy = await this.#busyElsewhere(command.userIds, call.callId);
    const profiles = await this.#tx.profiles(command.userIds);
    return invite(call, command, this.#actor, {
      ...this.#context,
      isBusy,
      profileOf: (userId) => profiles.get(userId) ?? NO_PROFILE,
    });
  }

  /** The decision as it is written: on top of what time alone has done to the calls. */
  async settled(command: CallingCommand, decision: Decision): Promise<Decided> {
    if (decision.outcome === 'refused') {
      throw new Refusal(decision.error.name, decision.error.message);
    }
    await this.#remember(command, decision.call.callId);
    const rebased = decision.changes.map(({ before, after }) => {
      const stored = before === null ? null : (this.#stored.get(before) ?? before);
      if (before !== null) this.#stored.delete(before);
      return { before: stored, after };
    });
    const byTime = [...this.#stored].map(([after, before]) => ({ before, after }));
    return { changes: [...byTime, ...rebased], answer: decision.call };
  }

  async #busyElsewhere(userIds: readonly UserId[], callId: CallId) {
    const calls = (await this.#tx.liveCallsOf(userIds)).filter((call) => call.callId !== callId);
    const current = calls.map((call) => this.#timePassed(call));
    return (userId: UserId) => current.some((call) => isLive(memberOf(call, userId)));
  }

  #timePassed(stored: Call): Call {
    const call = passTime(stored, this.#context.now);
    if (call !== stored) this.#stored.set(call, stored);
    return call;
  }

  async #remember(
    { id: commandId, type }: Pick<CallingCommand, 'id' | 'type'>,
    callId: CallId | null,
  ): Promise<void> {
    // Saying twice that it rings is harmless by itself, and so common that it is not worth a row.
    if (type === 'alerted') return;
    const { userId } = this.#actor;
    await this.#tx.saveCommand({ userId, commandId, type, callId, at: this.#context.now });
  }
}

type CallAct =
  | CommandOf<'accept' | 'reject' | 'alerted' | 'switch-media-type' | 'join' | 'invite'>
  | Pick<CommandOf<'hangup'>, 'type'>;

const NO_PROFILE = { nickname: '', avatar: '' };

function newCallId(randomId: RandomId): CallId {
  const callId = parseCallId(randomId());
  if (callId === null) throw new Error('randomId gives no call ids');
  return callId;
}
