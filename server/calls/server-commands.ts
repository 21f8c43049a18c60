import type {
  CallCommand,
  CallId,
  CommandOf,
  SessionIdentity,
  UserId,
} from '../../src/protocol/index.ts';
import { CommandError } from '../shared/command-error.ts';
import { newCallId, NO_PROFILE } from './command-executor.ts';
import type { CommandContext, CommandOutcome } from './command-executor.ts';
import { LoadedCalls } from './loaded-calls.ts';
import { isEngaged, memberOf } from './model/call.ts';
import type { Call } from './model/call.ts';
import type { Decided, Decision } from './model/decision.ts';
import type { Muting } from './rules/admin-actions.ts';
import { inviteByServer, muteMember, reject, startCallForUser } from './rules/index.ts';
import type { Transaction } from './store.ts';

/** Commands of the REST API that concern several users. They obey the rules of the commands of clients. */

export type ServerCommandContext = Omit<CommandContext, 'isGone' | 'mayCall' | 'cannotAnswer'>;

export interface MuteCommand extends Muting {
  readonly callId: CallId;
  readonly userId: UserId;
}

/** `call` for a user. The back end says which users belong to `groupId`. */
export interface StartForUser extends CallCommand {
  readonly callerId: UserId;
}

/**
 * Starts a call for a user, once per command id.
 *
 * @throws {CommandError} which rolls the transaction back.
 */
export async function startForUser(
  tx: Transaction,
  command: StartForUser,
  context: ServerCommandContext,
): Promise<CommandOutcome> {
  const { callerId: userId, groupId, id: commandId } = command;
  const stored = await tx.command(userId, commandId);
  if (stored !== null) {
    return { changes: [], result: stored.callId === null ? null : await tx.call(stored.callId) };
  }
  const callees = [...new Set(command.userIds)];
  // The rule would refuse it anyway: skips loading that many users.
  if (callees.length >= context.maxMembers) throw new CommandError('call-full');
  const loaded = new LoadedCalls(context.now);
  const live = (call: Call) => loaded.withDeadlinesApplied(call);
  const liveCalls = (await tx.liveCallsOf([userId, ...callees])).map(live);
  const groupCall = groupId === '' ? null : await tx.liveCallOfGroup(groupId);
  const isGroupCallLive = groupCall !== null && live(groupCall).status !== 'ended';
  const { profileOf, hasBlocked } = await usersOf(tx, [userId, ...callees], userId);
  const caller = { userId, ...profileOf(userId), groups: groupId === '' ? [] : [groupId] };
  const decision = decided(
    startCallForUser(command, caller, {
      ...context,
      ...{ hasBlocked, profileOf },
      isGone: () => false,
      groupCall: isGroupCallLive ? live(groupCall) : null,
      callId: newCallId(context.randomId),
      roomName: context.randomId(),
      liveCalls: liveCalls.filter((call) => call.status !== 'ended'),
    }),
  );
  const { callId } = decision.call;
  await tx.saveCommand({ userId, commandId, type: 'call', callId, at: context.now });
  return { changes: loaded.rebased(decision), result: decision.call };
}

/** Invites users into a call. @throws {CommandError} which rolls the transaction back. */
export async function inviteForServer(
  tx: Transaction,
  { callId, userIds, timeout }: Pick<CommandOf<'invite'>, 'callId' | 'userIds' | 'timeout'>,
  context: ServerCommandContext,
): Promise<CommandOutcome> {
  const stored = await tx.call(callId);
  if (stored === null) throw new CommandError('call-not-found');
  if (userIds.length > context.maxMembers) throw new CommandError('call-full');
  const loaded = new LoadedCalls(context.now);
  const call = loaded.withDeadlinesApplied(stored);
  const others = (await tx.liveCallsOf(userIds))
    .filter((one) => one.callId !== callId)
    .map((one) => loaded.withDeadlinesApplied(one));
  const { callWaiting } = context;
  const decision = decided(
    inviteByServer(
      call,
      { userIds, timeout },
      {
        ...context,
        ...(await usersOf(tx, userIds, call.callerId)),
        isBusy: (userId) =>
          !callWaiting && others.some((one) => isEngaged(memberOf(one, userId), callWaiting)),
      },
    ),
  );
  return { changes: loaded.rebased(decision), result: decision.call };
}

/** Mutes a member, or lifts that. @throws {CommandError} which rolls the transaction back. */
export async function muteForServer(
  tx: Transaction,
  { callId, userId, ...muting }: MuteCommand,
  { now }: ServerCommandContext,
): Promise<CommandOutcome> {
  const stored = await tx.call(callId);
  if (stored === null) throw new CommandError('call-not-found');
  const loaded = new LoadedCalls(now);
  const decision = decided(muteMember(loaded.withDeadlinesApplied(stored), userId, muting));
  return { changes: loaded.rebased(decision), result: decision.call };
}

/** An invitation that a device without a session declines. */
export interface DeclinedRing extends SessionIdentity {
  readonly callId: CallId;
  readonly invitedVersion: number;
}

/** Declines an invitation of a user, as `reject` does. Without effect if it is over. */
export async function declineRing(
  tx: Transaction,
  { callId, invitedVersion, userId, sessionId }: DeclinedRing,
  now: number,
): Promise<CommandOutcome> {
  const stored = await tx.call(callId);
  if (stored === null) return { changes: [], result: null };
  const loaded = new LoadedCalls(now);
  const call = loaded.withDeadlinesApplied(stored);
  if (memberOf(call, userId)?.invitedVersion !== invitedVersion)
    return { changes: [], result: call };
  const actor = { userId, sessionId, ...NO_PROFILE, groups: [] };
  const decision = decided(reject(call, actor, now));
  return { changes: loaded.rebased(decision), result: decision.call };
}

/** How these users are shown, and who of them has blocked the caller. */
async function usersOf(tx: Transaction, userIds: readonly UserId[], callerId: UserId) {
  const profiles = await tx.profiles(userIds);
  const blockers = await tx.blockersOf(callerId, userIds);
  return {
    profileOf: (userId: UserId) => profiles.get(userId) ?? NO_PROFILE,
    hasBlocked: (userId: UserId) => blockers.has(userId),
  };
}

/** @throws {CommandError} */
function decided(decision: Decision): Decided {
  if (decision.outcome === 'decided') return decision;
  throw new CommandError(decision.error.name, decision.error.message);
}
