import {
  isEngaged,
  isLive,
  memberOf,
  type Call,
  type Member,
} from '../../../../server/calls/model/call.ts';
import type { Change } from '../../../../server/calls/model/decision.ts';
import { checkCallStep, checkShape, type Cause } from '../../../model-check/model/history.ts';
import { must } from '../../../model-check/model/violation.ts';

export type { Cause } from '../../../model-check/model/history.ts';

/** Invariants of every commit. */
export function checkChange({ before, after }: Change, cause: Cause | null, now: number): void {
  checkShape(after);
  for (const member of after.members) checkMember(member, after);
  if (before !== null) {
    if (before !== after) checkCallStep(before, after, cause, now);
    return;
  }
  must(cause?.command.type === 'call', 'a call came from nowhere');
  must(after.callerId === cause.userId, 'H44: a call was made for another one');
}

function checkMember(member: Member, call: Call): void {
  const { userId, status, leftAt, joinedAt } = member;
  must((leftAt === null) === isLive(member), `${userId} is ${status} with a wrong leftAt`);
  must(
    !member.held || (call.status === 'active' && status === 'joined'),
    `${userId} holds nothing`,
  );
  if (joinedAt !== null && leftAt !== null) must(leftAt >= joinedAt, `${userId} left too early`);
}

/** I10 */
export function checkRepeated({ before, after }: Change, cause: Cause | null): void {
  const type = cause?.command.type ?? 'it';
  must(before !== null, `I10: ${type} repeated made a call`);
  const acted = after.members.find((one) => {
    const was = memberOf(before, one.userId);
    return was?.status !== one.status && one.status !== 'no-response' && one.status !== 'offline';
  });
  const byTime = after.endReason === 'no-response' || after.endReason === 'offline';
  must(acted === undefined || byTime, `I10: ${type} repeated had an effect`);
}

/** I2, I11: no user is in two calls, and no group has two calls. */
export function checkEngaged(calls: readonly Call[], callWaiting: boolean): void {
  const live = calls.filter(({ status }) => status !== 'ended');
  const engaged = live.flatMap(({ members }) =>
    members.filter((one) => isEngaged(one, callWaiting)).map(({ userId }) => userId),
  );
  must(new Set(engaged).size === engaged.length, 'I2: a user is in two live calls');
  const teams = live.filter(({ groupProven }) => groupProven).map(({ groupId }) => groupId);
  must(new Set(teams).size === teams.length, 'F110: a group is in two live calls');
}
