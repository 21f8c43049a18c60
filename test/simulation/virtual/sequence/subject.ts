import { isLive, isTalking, memberOf, type Call } from '../../../../server/calls/model/call.ts';
import type { CallId, Command, UserId } from '../../../../src/protocol/index.ts';

/** The data with which to find the call of a command. */
export interface Known {
  readonly calls: ReadonlyMap<CallId, Call>;
  /** The call that this command of the user started or joined; null: none is known. */
  readonly madeBy: (commandId: string) => Promise<CallId | null>;
}

/** The call whose row of the server's table applies to a command of this user; null: there is none. */
export async function subjectOf(
  command: Command,
  userId: UserId,
  { calls, madeBy }: Known,
): Promise<Call | null> {
  if ('callId' in command) return calls.get(command.callId) ?? null;
  switch (command.type) {
    case 'cancel': {
      const callId = await madeBy(command.callCommandId);
      return callId === null ? null : (calls.get(callId) ?? null);
    }
    case 'sync':
      return command.knownCallIds.length > 0
        ? named(command.knownCallIds, calls)
        : ownCall(calls, userId);
    case 'delete-recent-calls':
      return named(command.callIds, calls);
    case 'join-group':
      return ofGroup(command.groupId, calls, userId);
    default:
      return ownCall(calls, userId);
  }
}

function named(callIds: readonly CallId[], calls: Known['calls']): Call | null {
  const [callId] = callIds;
  return callId === undefined ? null : (calls.get(callId) ?? null);
}

function ofGroup(groupId: string, calls: Known['calls'], userId: UserId): Call | null {
  const live = [...calls.values()].filter(
    (call) => call.groupId === groupId && call.status !== 'ended',
  );
  const own = live.find((call) => isLive(memberOf(call, userId)));
  return own ?? live.find(({ groupProven }) => groupProven) ?? null;
}

/** The call they talk in, else a live one, else the last of which they were a member. */
function ownCall(calls: Known['calls'], userId: UserId): Call | null {
  const own = [...calls.values()].filter((call) => memberOf(call, userId) !== null);
  const part = (call: Call) => memberOf(call, userId);
  return (
    own.findLast((call) => isTalking(part(call))) ??
    own.findLast((call) => isLive(part(call))) ??
    own.at(-1) ??
    null
  );
}
