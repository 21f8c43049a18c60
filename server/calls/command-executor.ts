import { parseCallId } from '../../src/protocol/index.ts';
import type {
  CallCommand,
  CallId,
  CommandOf,
  CurrentCallAction,
  SessionId,
  UserId,
} from '../../src/protocol/index.ts';
import type { RandomId } from '../shared/random-id.ts';
import { CommandError } from '../shared/command-error.ts';
import type { StoredCommand, Transaction } from './store.ts';
import { isEngaged, isTalking, memberOf } from './model/call.ts';
import type { Call } from './model/call.ts';
import {
  alerted,
  accept,
  hangUp,
  hold,
  releaseCurrentCall,
  invite,
  join,
  applyDeadlines,
  reject,
  startCall,
  switchMediaType,
  unanswerable,
} from './rules/index.ts';
import { refuse } from './model/decision.ts';
import type { Actor, Change, Decision } from './model/decision.ts';
import type { CurrentCallContext } from './rules/hold.ts';

/** The commands that act in a call. */
export type CallScopedCommand = CommandOf<
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

export interface CommandContext {
  readonly now: number;
  readonly randomId: RandomId;
  readonly maxMembers: number;
  /** Call waiting: a user in a call can be rung by another one. */
  readonly callWaiting: boolean;
  readonly isGone: (userId: UserId, sessionId: SessionId) => boolean | Promise<boolean>;
  /** Records that this session cannot answer. Returns whether another connected session of the user can. */
  readonly cannotAnswer: () => Promise<boolean>;
  /** Rate limit for invitations: counts new commands only, not repeated ones. */
  readonly mayCall: (caller: UserId, callees: readonly UserId[]) => boolean | Promise<boolean>;
}

export interface CommandOutcome {
  readonly changes: readonly Change[];
  readonly result: Call | null;
}

/**
 * Loads the calls a command concerns, applies its rule and stores the command id in the same transaction.
 * A repeated command returns the current call.
 *
 * @throws {CommandError} which rolls the transaction back.
 */
export async function executeCommand(
  tx: Transaction,
  command: CallScopedCommand,
  actor: Actor,
  context: CommandContext,
): Promise<CommandOutcome> {
  const executor = new CommandExecutor(tx, actor, context);
  const stored = await tx.command(actor.userId, command.id);
  if (stored !== null) return executor.replay(command, stored);
  if (command.type === 'cancel') return executor.cancel(command);
  return executor.finalize(command, await decisionOf(executor, command));
}

function decisionOf(
  executor: CommandExecutor,
  command: Exclude<CallScopedCommand, { type: 'cancel' }>,
) {
  if (command.type === 'call') return executor.start(command);
  return command.type === 'join-group'
    ? executor.joinGroup(command)
    : executor.execute(command, command.callId);
}

/** Executes one command; caches the calls loaded for it, with their due deadlines applied. */
class CommandExecutor {
  readonly #tx: Transaction;
  readonly #actor: Actor;
  readonly #context: CommandContext;
  /** Calls with deadlines applied → the same calls as stored. */
  readonly #stored = new Map<Call, Call>();
  /** Calls by id, so that a call that is found twice stays one object. */
  readonly #loaded = new Map<CallId, Call>();

  constructor(tx: Transaction, actor: Actor, context: CommandContext) {
    this.#tx = tx;
    this.#actor = actor;
    this.#context = context;
  }

  async replay(command: CallScopedCommand, stored: StoredCommand): Promise<CommandOutcome> {
    if (stored.type !== command.type && !isTombstone(stored)) {
      throw new CommandError(
        'invalid-parameter',
        'id was already used for a command of another type',
      );
    }
    if (stored.callId !== null) return { changes: [], result: await this.#tx.call(stored.callId) };
    if (command.type === 'cancel') return { changes: [], result: null };
    throw new CommandError('wrong-state', 'The command was cancelled before it arrived.');
  }

  /** A cancel that arrives before its call command stores a tombstone, which makes that command fail. */
  async cancel(command: CommandOf<'cancel'>): Promise<CommandOutcome> {
    const { userId } = this.#actor;
    const target = await this.#tx.command(userId, command.callCommandId);
    if (target !== null && target.type !== 'call' && target.type !== 'join-group') {
      throw new CommandError('invalid-parameter', 'callCommandId is not the id of a call command');
    }
    if (target === null) {
      const { callCommandId: commandId } = command;
      await this.#saveCommand({ id: commandId, type: 'call' }, null);
    }
    if (target === null || target.callId === null) {
      await this.#saveCommand(command, null);
      return { changes: [], result: null };
    }
    return this.finalize(command, await this.execute({ type: 'hangup' }, target.callId));
  }

  async start(command: CallCommand): Promise<Decision> {
    const callees = [...new Set(command.userIds)];
    // The rule would refuse it anyway: skips loading that many users.
    if (callees.length >= this.#context.maxMembers) return refuse('call-full');
    if (!(await this.#context.mayCall(this.#actor.userId, callees))) return refuse('rate-limited');
    const liveCalls = (await this.#tx.liveCallsOf([this.#actor.userId, ...callees])).map((call) =>
      this.#withDeadlinesApplied(call),
    );
    const profiles = await this.#tx.profiles(callees);
    const blockers = await this.#tx.blockersOf(this.#actor.userId, callees);
    return startCall(command, this.#actor, {
      ...this.#context,
      isGone: await this.#whoIsGone(liveCalls),
      groupCall: await this.#callOfGroup(command.groupId),
      callId: newCallId(this.#context.randomId),
      roomName: this.#context.randomId(),
      liveCalls: liveCalls.filter((call) => call.status !== 'ended'),
      hasBlocked: (userId) => blockers.has(userId),
      profileOf: (userId) => profiles.get(userId) ?? NO_PROFILE,
    });
  }

  /** A member of a live call with this groupId needs no proof of membership. */
  async joinGroup({ groupId }: CommandOf<'join-group'>): Promise<Decision> {
    const own = await this.#tx.liveCallsOf([this.#actor.userId]);
    const ownCall = own.find((call) => call.groupId === groupId);
    const call = ownCall ?? (await this.#callOfGroup(groupId));
    return call === null ? refuse('call-not-found') : this.#join(call.callId);
  }

  /** The live call of a group; null also if the user is not proven to belong to it. */
  async #callOfGroup(groupId: string): Promise<Call | null> {
    if (!this.#actor.groups.includes(groupId)) return null;
    const stored = await this.#tx.liveCallOfGroup(groupId);
    if (stored === null) return null;
    const call = this.#withDeadlinesApplied(stored);
    return call.status === 'ended' ? null : call;
  }

  async #join(callId: CallId): Promise<Decision> {
    const { userId } = this.#actor;
    const call = await this.#call(callId);
    if (call === null) return refuse('call-not-found');
    const isBusy = await this.#engagedInOtherCalls([userId], callId);
    const context = { ...this.#context, isBusy: isBusy(userId) };
    return this.#releaseCurrent(join(call, this.#actor, context), callId);
  }

  async #call(callId: CallId): Promise<Call | null> {
    const { userId, groups } = this.#actor;
    if (!(await this.#tx.mayAccess(callId, userId, groups))) return null;
    const stored = await this.#tx.call(callId);
    return stored === null ? null : this.#withDeadlinesApplied(stored);
  }

  async execute(command: InCallCommand, callId: CallId): Promise<Decision> {
    if (command.type === 'join') return this.#join(callId);
    const call = await this.#call(callId);
    if (call === null) return refuse('call-not-found');
    const { now } = this.#context;
    switch (command.type) {
      case 'accept':
        return this.#releaseCurrent(accept(call, this.#actor, now), callId, command.currentCall);
      case 'hold':
        return hold(call, command.on, this.#actor, await this.#currentCallOf(callId));
      case 'reject':
        return reject(call, this.#actor, now);
      case 'hangup':
        return hangUp(call, this.#actor, { now, isGone: await this.#whoIsGone([call]) });
      case 'alerted':
        return command.canAnswer === false
          ? unanswerable(call, this.#actor, { now, canAnswer: await this.#context.cannotAnswer() })
          : alerted(call, this.#actor);
      case 'switch-media-type':
        return switchMediaType(call, command.mediaType, this.#actor);
      case 'invite':
        return this.#invite(call, command);
    }
  }

  /** Which of the user's own seats in these calls belong to sessions that are gone. */
  async #whoIsGone(calls: readonly Call[]) {
    const { userId } = this.#actor;
    const gone = new Set<SessionId>();
    for (const call of calls) {
      const member = memberOf(call, userId);
      if (member?.status !== 'joined' || member.sessionId === null) continue;
      if (await this.#context.isGone(userId, member.sessionId)) gone.add(member.sessionId);
    }
    return (_userId: UserId, sessionId: SessionId) => gone.has(sessionId);
  }

  async #invite(call: Call, command: CommandOf<'invite'>): Promise<Decision> {
    if (command.userIds.length > this.#context.maxMembers) return refuse('call-full');
    const mayCall = await this.#context.mayCall(this.#actor.userId, command.userIds);
    if (!mayCall) return refuse('rate-limited');
    const isBusy = await this.#busyInOtherCalls(command.userIds, call.callId);
    const blockers = await this.#tx.blockersOf(this.#actor.userId, command.userIds);
    const profiles = await this.#tx.profiles(command.userIds);
    return invite(call, command, this.#actor, {
      ...this.#context,
      isBusy,
      hasBlocked: (userId) => blockers.has(userId),
      profileOf: (userId) => profiles.get(userId) ?? NO_PROFILE,
    });
  }

  /** Combines the decision with the deadlines that were applied while loading. */
  async finalize(command: CallScopedCommand, decision: Decision): Promise<CommandOutcome> {
    if (decision.outcome === 'refused') {
      throw new CommandError(decision.error.name, decision.error.message);
    }
    await this.#saveCommand(command, decision.call.callId);
    const rebased = decision.changes.map(({ before, after }) => {
      const stored = before === null ? null : (this.#stored.get(before) ?? before);
      if (before !== null) this.#stored.delete(before);
      return { before: stored, after };
    });
    const byTime = [...this.#stored].map(([after, before]) => ({ before, after }));
    return { changes: [...byTime, ...rebased], result: decision.call };
  }

  /** Also ends or holds the call in which the user is talking. */
  async #releaseCurrent(
    decision: Decision,
    callId: CallId,
    other?: CurrentCallAction,
  ): Promise<Decision> {
    return releaseCurrentCall(decision, this.#actor, await this.#currentCallOf(callId), other);
  }

  async #currentCallOf(callId: CallId): Promise<CurrentCallContext> {
    const { userId } = this.#actor;
    const calls = await this.#otherCallsOf([userId], callId);
    const currentCall = calls.find((call) => isTalking(memberOf(call, userId))) ?? null;
    return { now: this.#context.now, currentCall };
  }

  /** With call waiting nobody is busy. */
  async #busyInOtherCalls(userIds: readonly UserId[], callId: CallId) {
    if (this.#context.callWaiting) return () => false;
    return this.#engagedInOtherCalls(userIds, callId);
  }

  async #engagedInOtherCalls(userIds: readonly UserId[], callId: CallId) {
    const calls = await this.#otherCallsOf(userIds, callId);
    const { callWaiting } = this.#context;
    return (userId: UserId) => calls.some((call) => isEngaged(memberOf(call, userId), callWaiting));
  }

  async #otherCallsOf(userIds: readonly UserId[], callId: CallId): Promise<readonly Call[]> {
    const calls = (await this.#tx.liveCallsOf(userIds)).filter((call) => call.callId !== callId);
    return calls.map((call) => this.#withDeadlinesApplied(call));
  }

  #withDeadlinesApplied(stored: Call): Call {
    const loaded = this.#loaded.get(stored.callId);
    if (loaded !== undefined) return loaded;
    const call = applyDeadlines(stored, this.#context.now);
    if (call !== stored) this.#stored.set(call, stored);
    this.#loaded.set(stored.callId, call);
    return call;
  }

  async #saveCommand(
    { id: commandId, type }: Pick<CallScopedCommand, 'id' | 'type'>,
    callId: CallId | null,
  ): Promise<void> {
    // `alerted` is idempotent by itself and too frequent for a row of its own.
    if (type === 'alerted') return;
    const { userId } = this.#actor;
    await this.#tx.saveCommand({ userId, commandId, type, callId, at: this.#context.now });
  }
}

type InCallCommand =
  | CommandOf<'accept' | 'reject' | 'alerted' | 'switch-media-type' | 'join' | 'hold' | 'invite'>
  | Pick<CommandOf<'hangup'>, 'type'>;

/** Stored by a cancel that arrived first, whatever the type of the command with that id. */
function isTombstone({ type, callId }: StoredCommand): boolean {
  return type === 'call' && callId === null;
}

const NO_PROFILE = { nickname: '', avatar: '' };

function newCallId(randomId: RandomId): CallId {
  const callId = parseCallId(randomId());
  if (callId === null) throw new Error('randomId does not produce valid call ids');
  return callId;
}
