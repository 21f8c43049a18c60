import { applyDeadlines } from '../../../server/calls/rules/index.ts';
import { isEngaged, type Call, type Member } from '../../../server/calls/model/call.ts';
import type { StoreContents } from '../../../server/testing/memory-store.ts';
import type { Command, SessionId, UserId } from '../../../src/protocol/index.ts';
import type { Down } from './device.ts';
import type { Actor } from './scenario.ts';
import type { ServerMoved, ServerState } from './server-side.ts';
import { must } from './violation.ts';

/** The command that caused a change, and its sender. */
export interface Cause {
  readonly command: Command;
  readonly userId: UserId;
  readonly sessionId: SessionId;
}

export interface Circumstances {
  readonly now: number;
  readonly actors: readonly Actor[];
  readonly callWaiting: boolean;
}

/** What must hold of every step of the server; faults.md's numbers name the invariants. */
export function checkStep(
  before: ServerState,
  after: ServerMoved,
  cause: Cause | null,
  { now, actors, callWaiting }: Circumstances,
): void {
  for (const call of after.server.contents.calls) {
    const was = before.contents.calls.find(({ callId }) => callId === call.callId);
    checkShape(call);
    if (was !== undefined && was !== call) checkCallStep(was, call, cause, now);
    if (was === undefined) checkFirst(call, cause);
  }
  for (const { callId } of before.contents.calls) {
    const kept = after.server.contents.calls.some((call) => call.callId === callId);
    must(kept, 'I1: a call was forgotten');
  }
  if (cause !== null) checkRepetition(before.contents, after.server.contents, cause, now);
  checkOneLiveCall(after.server.contents, callWaiting);
  checkJobs(after.server.contents);
  checkSent(before, after, actors);
}

/** What must hold in each call by itself. */
export function checkShape(call: Call): void {
  const ended = call.status === 'ended';
  must((call.endReason !== null) === ended, 'I1: an end without a reason, or a reason without end');
  must((call.endedAt !== null) === ended, 'I1: an end without its time');
  const joined = call.members.filter(({ status }) => status === 'joined').length;
  const ringing = call.members.filter(({ status }) => status === 'ringing').length;
  if (ended) {
    must(joined + ringing === 0, 'I11: a user is busy in a call that has ended');
    const began = call.startedAt !== null;
    const fits = REASONS[began ? 'begun' : 'never begun'].includes(call.endReason ?? '');
    must(fits, `I1: ended as ${String(call.endReason)} though ${began ? '' : 'not '}begun`);
    if (call.endReason === 'cancelled')
      must(call.endedBy === call.callerId, 'I1: cancelled by another');
  }
  if (call.status === 'ringing') must(ringing > 0, 'I5: a call rings nobody');
  if (call.status === 'active') {
    must(joined >= 2 || (joined === 1 && ringing > 0), 'I5: a call continues with one member');
  }
  for (const member of call.members) {
    must(member.statusVersion <= call.version, 'a status of a later version');
    if (member.status === 'joined') must(member.sessionId !== null, 'joined with no session');
    if (member.held) {
      const isIn = call.status === 'active' && member.status === 'joined';
      must(isIn, `${member.userId} holds a call they are not in`);
    }
    if (member.graceUntil !== null) must(member.status === 'joined', 'a seat kept for nobody');
  }
}

const REASONS = {
  begun: ['hangup', 'offline', 'ended-by-server'],
  'never begun': [
    'cancelled',
    'rejected',
    'no-response',
    'line-busy',
    'offline',
    'ended-by-server',
  ],
};

function checkFirst(call: Call, cause: Cause | null): void {
  must(cause?.command.type === 'call', 'a call came from nowhere');
  must(call.callerId === cause.userId, 'a call was made for another one');
}

export function checkCallStep(before: Call, after: Call, cause: Cause | null, now: number): void {
  must(before.status !== 'ended', 'I1: a call that had ended changed');
  must(after.version >= before.version, 'a version went back');
  if (before.status === 'active')
    must(after.status !== 'ringing', 'I6: a running call rings again');
  must(before.startedAt === null || after.startedAt === before.startedAt, 'I6: startedAt changed');
  if (visible(before) !== visible(after)) {
    must(after.version > before.version, 'I12: a visible change has no version');
  }
  for (const member of after.members) {
    const was = before.members.find(({ userId }) => userId === member.userId);
    if (was === undefined) continue;
    checkMemberStep(was, member, after, cause, now);
    // Several rings may end at once, each with a version of its own.
    const wasGone = was.status !== 'ringing' && was.status !== 'joined';
    // A member who has left is removed permanently and keeps the time of leaving.
    const isOfNow =
      member.statusVersion > before.version || (wasGone && member.status === 'removed');
    must(was.status === member.status || isOfNow, `${member.userId}'s status has no version`);
  }
}

/** docs/contract.md: who may change a member's participation, and when. */
function checkMemberStep(
  before: Member,
  after: Member,
  call: Call,
  cause: Cause | null,
  now: number,
): void {
  const own = cause?.userId === after.userId;
  const who = after.userId;
  if (before.status === 'ringing' && after.status === 'ringing') {
    const again = after.invitedVersion > before.invitedVersion;
    must(again || after.ringUntil === before.ringUntil, `F68: ${who}'s ring got another deadline`);
    return;
  }
  if (before.status === after.status) {
    if (after.status !== 'joined') return;
    const moved = own && comesIn(cause.command);
    must(
      moved || before.sessionId === after.sessionId,
      `I4: ${who}'s seat went to another session`,
    );
    return;
  }
  switch (after.status) {
    case 'joined':
      must(own, `H44: ${who} was joined by another one`);
      must(after.sessionId === cause.sessionId, `I4: ${who} joined with another session`);
      return;
    case 'rejected':
      must(own, `F27: ${who}'s ring was declined by another one`);
      must(before.status === 'ringing', `I6: ${who} rejected after ${before.status}`);
      return;
    case 'no-response':
      must(before.status === 'ringing', `I6: ${who} did not answer after ${before.status}`);
      must(before.ringUntil !== null && before.ringUntil <= now, `I7: ${who}'s ring was cut short`);
      return;
    case 'cancelled':
      must(before.status === 'ringing', `I6: ${who} was cancelled after ${before.status}`);
      must(call.status === 'ended', `I6: ${who}'s ring stopped while the call continues`);
      return;
    case 'offline':
      // A new call of another device gives up the seat of the disconnected one (F18).
      if (own && cause.command.type === 'call') return;
      must(before.graceUntil !== null, `${who} was lost though nothing was missing`);
      must(before.graceUntil <= now, `F53: ${who}'s seat was given up before its time`);
      return;
    case 'left':
      must(before.status === 'joined', `${who} left after ${before.status}`);
      return;
    default:
      return;
  }
}

/** A user who starts a call in a group whose call they are in on another device joins that call here, too. */
function comesIn(command: Command): boolean {
  const { type } = command;
  return type === 'join' || type === 'join-group' || (type === 'call' && command.groupId !== '');
}

/** I10: a repeated command gets a reply and has no second effect; time may have passed since. */
function checkRepetition(
  before: StoreContents,
  after: StoreContents,
  { command, userId }: Cause,
  now: number,
): void {
  const isRepeated = before.commands.some(
    (one) => one.userId === userId && one.commandId === command.id,
  );
  if (!isRepeated) return;
  const inTime = before.calls.map((call) => applyDeadlines(call, now));
  const same = [before.calls, inTime].some(
    (calls) => JSON.stringify(calls) === JSON.stringify(after.calls),
  );
  must(same, `I10: ${command.type} repeated had an effect`);
}

/** With call waiting, a user talks in one call and may be rung by others and hold others. */
function checkOneLiveCall({ calls }: StoreContents, callWaiting: boolean): void {
  const users = calls.flatMap(({ members }) =>
    members.filter((one) => isEngaged(one, callWaiting)).map(({ userId }) => userId),
  );
  must(new Set(users).size === users.length, 'I2: a user is in two live calls');
}

/** Whatever has a deadline has a job that keeps it, also after a restart. */
function checkJobs({ calls, jobs }: StoreContents): void {
  for (const call of calls) {
    const deadlines = call.members.flatMap(({ status, ringUntil, graceUntil }) => {
      if (status === 'ringing') return ringUntil ?? [];
      return status === 'joined' ? (graceUntil ?? []) : [];
    });
    if (deadlines.length === 0) continue;
    const job = jobs.find(({ kind, subject }) => kind === 'call-due' && subject === call.callId);
    must(job !== undefined && job.dueAt <= Math.min(...deadlines), 'F88: a deadline nobody keeps');
  }
}

/** I12: each change is sent once, whole, to every session of every member concerned. */
function checkSent(before: ServerState, after: ServerMoved, actors: readonly Actor[]): void {
  const { server, out } = after;
  for (const call of server.contents.calls) {
    const was = before.contents.calls.find(({ callId }) => callId === call.callId);
    if (was !== undefined && was.version === call.version) continue;
    const sent = out.filter(({ down }) => isNewsOf(down, call)).map(({ to }) => to);
    must(new Set(sent).size === sent.length, 'I12: one version was sent twice');
    for (const { userId, status, statusVersion, suppressed } of call.members) {
      // Rejected or removed before this version: what happens afterwards does not concern them.
      if ((status === 'rejected' || status === 'removed') && statusVersion < call.version) {
        const wasSent = sent.some((device) => actors[device]?.userId === userId);
        must(!wasSent, `I12: ${userId} has left for good and was sent a change`);
        continue;
      }
      if (suppressed) {
        const wasNotified = sent.some((device) => actors[device]?.userId === userId);
        must(!wasNotified, `H51: ${userId} is notified of a call by a user they have blocked`);
        continue;
      }
      // A busy member has not been rung.
      if (status === 'busy') continue;
      actors.forEach((actor, device) => {
        if (actor.userId !== userId || server.connected[device] !== true) return;
        must(sent.includes(device), `I12: ${actor.name} was not sent a change`);
      });
    }
  }
}

function isNewsOf(down: Down, { callId, version }: Call): boolean {
  return (
    down.type === 'call-changed' && down.call.callId === callId && down.call.version === version
  );
}

function visible(call: Call): string {
  const members = call.members.map(({ userId, status, sessionId, away, alerted, held }) =>
    [userId, status, sessionId, away, alerted, held].join(' '),
  );
  return [call.status, call.mediaType, call.endReason, call.endedBy, ...members].join('\n');
}
