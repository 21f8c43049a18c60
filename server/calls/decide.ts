import { parseCallId } from '../../src/protocol/index.ts';
import type {
  CallCommand,
  CallId,
  CommandOf,
  OtherCall,
  SessionId,
  UserId,
} from '../../src/protocol/index.ts';
import type { RandomId } from '../random-id.ts';
import { Refusal } from '../refusal.ts';
import type { StoredCommand, Transaction } from '../store/store.ts';
import { isEngaged, isTalking, memberOf } from './call.ts';
import type { Call } from './call.ts';
import {
  alerted,
  answer,
  hangUp,
  hold,
  insteadOf,
  invite,
  join,
  passTime,
  reject,
  startCall,
  switchMediaType,
} from './call-rules.ts';
import { refuse } from './decision.ts';
import type { Actor, Change, Decision } from './decision.ts';
import type { SecondContext } from './second-call.ts';

/** The commands that act in a call. */
export type CallingCommand = CommandOf<
  | 'call'
  | 'cancel'
  | 'accept'
  | 'reject'
  | 'hangup'
  | 'invite'
  | 'join'
  | 'join-group'
  | 'hold'
  | 'switch-media-type'
  | 'alerted'
>;

export interface DecideContext {
  readonly now: number;
  readonly randomId: RandomId;
  readonly maxMembers: number;
  /** Who is in a call can be rung by another one. */
  readonly callWaiting: boolean;
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
  return desk.settled(command, await decisionOf(desk, command));
}

function decisionOf(desk: Desk, command: Exclude<CallingCommand, { type: 'cancel' }>) {
  if (command.type === 'call') return desk.start(command);
  return command.type === 'join-group'
    ? desk.joinGroup(command)
    : desk.act(command, command.callId);
}

/** One command on its way through: what was loaded for it, with time passed. */
class Desk {
  readonly #tx: Transaction;
  readonly #actor: Actor;
  readonly #context: DecideContext;
  /** Calls after time has passed → as they stand in the store. */
  readonly #stored = new Map<Call, Call>();
  /** Each call as it was loaded first: one that is found twice must not become two. */
  readonly #loaded = new Map<CallId, Call>();

  constructor(tx: Transaction, actor: Actor, context: DecideContext) {
    this.#tx = tx;
    this.#actor = actor;
    this.#context = context;
  }

  async again(command: CallingCommand, earlier: StoredCommand): Promise<Decided> {
    if (earlier.type !== command.type && !isMark(earlier)) {
      throw new Refusal('invalid-parameter', 'id was used for another command');
    }
    if (earlier.callId !== null)
      return { changes: [], answer: await this.#tx.call(earlier.callId) };
    if (command.type === 'cancel') return { changes: [], answer: null };
    throw new Refusal('wrong-state', 'It was taken back before it arrived.');
  }

  /** Before the command it takes back has arrived it leaves a mark, by which that is refused. */
  async cancel(command: CommandOf<'cancel'>): Promise<Decided> {
    const { userId } = this.#actor;
    const made = await this.#tx.command(userId, command.callCommandId);
    if (made !== null && made.type !== 'call' && made.type !== 'join-group') {
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
    const blockers = await this.#tx.blockersOf(this.#actor.userId, callees);
    return startCall(command, this.#actor, {
      ...this.#context,
      groupCall: await this.#callOfGroup(command.groupId),
      callId: newCallId(this.#context.randomId),
      roomName: this.#context.randomId(),
      liveCalls: liveCalls.filter((call) => call.status !== 'ended'),
      hasBlocked: (userId) => blockers.has(userId),
      profileOf: (userId) => profiles.get(userId) ?? NO_PROFILE,
    });
  }

  /** Whoever is in a call with that group's name, or rung into it, needs no other proof. */
  async joinGroup({ groupId }: CommandOf<'join-group'>): Promise<Decision> {
    const own = await this.#tx.liveCallsOf([this.#actor.userId]);
    const mine = own.find((call) => call.groupId === groupId);
    const call = mine ?? (await this.#callOfGroup(groupId));
    return call === null ? refuse('call-not-found') : this.#join(call.callId);
  }

  /** null too where the user is not proven to belong to it: then there is none, as far as they know. */
  async #callOfGroup(groupId: string): Promise<Call | null> {
    if (!this.#actor.groups.includes(groupId)) return null;
    const stored = await this.#tx.liveCallOfGroup(groupId);
    if (stored === null) return null;
    const call = this.#timePassed(stored);
    return call.status === 'ended' ? null : call;
  }

  async #join(callId: CallId): Promise<Decision> {
    const { userId } = this.#actor;
    const call = await this.#call(callId);
    if (call === null) return refuse('call-not-found');
    const isBusy = await this.#engagedElsewhere([userId], callId);
    const context = { ...this.#context, isBusy: isBusy(userId) };
    return this.#instead(join(call, this.#actor, context), callId);
  }

  async #call(callId: CallId): Promise<Call | null> {
    const stored = await this.#tx.call(callId);
    return stored === null ? null : this.#timePassed(stored);
  }

  async act(command: CallAct, callId: CallId): Promise<Decision> {
    if (command.type === 'join') return this.#join(callId);
    const call = await this.#call(callId);
    if (call === null) return refuse('call-not-found');
    const { now } = this.#context;
    switch (command.type) {
      case 'accept':
        return this.#instead(answer(call, this.#actor, now), callId, command.other);
      case 'hold':
        return hold(call, command.on, this.#actor, await this.#second(callId));
      case 'reject':
        return reject(call, this.#actor, now);
      case 'hangup':
        return hangUp(call, this.#actor, this.#context);
      case 'alerted':
        return alerted(call, this.#actor);
      case 'switch-media-type':
        return switchMediaType(call, command.mediaType, this.#actor);
      case 'invite':
        return this.#invite(call, command);
    }
  }

  async #invite(call: Call, command: CommandOf<'invite'>): Promise<Decision> {
    if (command.userIds.length > this.#context.maxMembers) return refuse('call-full');
    if (!this.#context.mayCall(this.#actor.userId, command.userIds)) return refuse('rate-limited');
    const isBusy = await this.#busyElsewhere(command.userIds, call.callId);
    const blockers = await this.#tx.blockersOf(this.#actor.userId, command.userIds);
    const profiles = await this.#tx.profiles(command.userIds);
    return invite(call, command, this.#actor, {
      ...this.#context,
      isBusy,
      hasBlocked: (userId) => blockers.has(userId),
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

  /** With what becomes of the call the user talks in, for the sake of this one. */
  async #instead(decision: Decision, callId: CallId, other?: OtherCall): Promise<Decision> {
    return insteadOf(decision, this.#actor, await this.#second(callId), other);
  }

  async #second(callId: CallId): Promise<SecondContext> {
    const { userId } = this.#actor;
    const calls = await this.#callsElsewhere([userId], callId);
    const talkingIn = calls.find((call) => isTalking(memberOf(call, userId))) ?? null;
    return { now: this.#context.now, talkingIn };
  }

  /** With call waiting nobody is too busy to be rung. */
  async #busyElsewhere(userIds: readonly UserId[], callId: CallId) {
    if (this.#context.callWaiting) return () => false;
    return this.#engagedElsewhere(userIds, callId);
  }

  async #engagedElsewhere(userIds: readonly UserId[], callId: CallId) {
    const calls = await this.#callsElsewhere(userIds, callId);
    const { callWaiting } = this.#context;
    return (userId: UserId) => calls.some((call) => isEngaged(memberOf(call, userId), callWaiting));
  }

  async #callsElsewhere(userIds: readonly UserId[], callId: CallId): Promise<readonly Call[]> {
    const calls = (await this.#tx.liveCallsOf(userIds)).filter((call) => call.callId !== callId);
    return calls.map((call) => this.#timePassed(call));
  }

  #timePassed(stored: Call): Call {
    const loaded = this.#loaded.get(stored.callId);
    if (loaded !== undefined) return loaded;
    const call = passTime(stored, this.#context.now);
    if (call !== stored) this.#stored.set(call, stored);
    this.#loaded.set(stored.callId, call);
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
  | CommandOf<'accept' | 'reject' | 'alerted' | 'switch-media-type' | 'join' | 'hold' | 'invite'>
  | Pick<CommandOf<'hangup'>, 'type'>;

/** Left by a cancel that came first, for whatever command has that id. */
function isMark({ type, callId }: StoredCommand): boolean {
  return type === 'call' && callId === null;
}

const NO_PROFILE = { nickname: '', avatar: '' };

function newCallId(randomId: RandomId): CallId {
  const callId = parseCallId(randomId());
  if (callId === null) throw new Error('randomId gives no call ids');
  return callId;
}
