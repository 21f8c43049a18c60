import assert from 'node:assert/strict';
import type { Call } from '../../../server/calls/model/call.ts';
import { isLive } from '../../../server/calls/model/call.ts';
import type { CallView } from '../../../src/protocol/index.ts';
import { isAct } from './ack-log.ts';
import type { Acknowledged } from './ack-log.ts';
import type { Person } from './person.ts';
import type { Records } from './records.ts';

/** How many commands were acknowledged, and those of them that the record does not know or contradicts. */
export function lostAcks(acks: readonly Acknowledged[], records: Records) {
  const kept = acks.filter(({ command, answer }) => answer.ok && isAct(command.type));
  const lost = kept.flatMap((ack) => {
    const why = whatIsLost(ack, records);
    return why === null ? [] : [`${ack.userId} ${ack.command.type} ${ack.command.id}: ${why}`];
  });
  return { count: kept.length, lost };
}

function whatIsLost({ userId, command, answer }: Acknowledged, records: Records): string | null {
  const row = records.commands.get(`${userId} ${command.id}`);
  if (row === undefined) return 'no row';
  if (row.type !== command.type) return `is a ${row.type}`;
  const view = answer.ok && 'call' in answer ? answer.call : null;
  if (view === null) return row.call_id === null ? null : 'is of a call after all';
  if (row.call_id !== view.callId) return 'is of another call';
  const call = records.calls.get(view.callId);
  return call === undefined ? 'its call is gone' : contradiction(view, call);
}

/** Lines that somebody took out of their list, of calls that were over by then, and that are in it all the same. */
export function deletedLines(acks: readonly Acknowledged[], { calls, recents }: Records) {
  const lines = new Set(recents.map((row) => `${row.user_id} ${row.call_id}`));
  const deleted = acks.flatMap(({ userId, command, answer, at }) => {
    if (!answer.ok || command.type !== 'delete-recent-calls') return [];
    const over = command.callIds.filter((id) => (calls.get(id)?.endedAt ?? Infinity) < at);
    return over.map((id) => `${userId} ${id}`);
  });
  return { count: deleted.length, kept: deleted.filter((line) => lines.has(line)) };
}

/** A record goes on from what was told; it never takes a part of it back. */
function contradiction(told: CallView, call: Call): string | null {
  if (call.version < told.version) return `version ${told.version} was rolled back`;
  if (told.status === 'ended' && told.endReason !== call.endReason) return 'ended otherwise';
  if (told.startedAt !== null && told.startedAt !== call.startedAt) return 'began otherwise';
  for (const one of told.members) {
    const member = call.members.find(({ userId }) => userId === one.userId);
    if (member === undefined) return `${one.userId} is gone`;
    if (member.statusVersion < one.statusVersion) return `${one.userId} was taken back`;
    if (member.statusVersion === one.statusVersion && member.status !== one.status) {
      return `${one.userId} is ${member.status}, not ${one.status}`;
    }
  }
  return null;
}

/** Every call is over, has one result, and was asked for by a command of its caller. */
export function everyCallIsSettled({ calls, commands }: Records): void {
  const asked = new Set(
    [...commands.values()].filter(({ type }) => type === 'call').map((row) => row.call_id),
  );
  for (const call of calls.values()) {
    assert.equal(call.status, 'ended', call.callId);
    assert.ok(call.endReason !== null && call.endedAt !== null, call.callId);
    assert.ok(call.endedAt >= call.createdAt, call.callId);
    assert.ok(!call.members.some(isLive), call.callId);
    assert.ok(asked.has(call.callId), `${call.callId} was asked for by nobody`);
  }
}

/** What this device told its page is what the record says. */
export function agrees(person: Person, records: Records): void {
  const callIds = new Set(person.told.map(({ info }) => info.callId));
  callIds.delete('');
  for (const callId of callIds) {
    const notifications = person.told.filter(({ info }) => info.callId === callId);
    const story = `${person.userId} ${callId}: ${notifications.map(({ name }) => name).join(' ')}`;
    const count = (name: string) => notifications.filter((one) => one.name === name).length;
    const call = records.calls.get(callId);
    assert.ok(call, `${story}: there is no such call`);
    const part = call.members.find(({ userId }) => userId === person.userId);
    assert.ok(part, `${story}: not a member`);
    const heard = count('onCallReceived') + count('onCallBegin') + count('onCallEnd');
    if (heard + count('onCallCancelled') === 0) continue;
    assert.ok(count('onCallReceived') <= 1, story);
    assert.ok(count('onCallBegin') <= 1, story);
    // Exactly one end for each call.
    assert.equal(count('onCallEnd') + count('onCallCancelled'), 1, story);
    const end = notifications.find(
      ({ name }) => name === 'onCallEnd' || name === 'onCallCancelled',
    );
    assert.ok(end);
    // Whoever hung up was told so at once, as things stood here: what crossed it only the record knows.
    const byOwnAct = end.info.byUserId === person.userId;
    const wasIn = call.startedAt !== null && part.joinedAt !== null;
    const agreed = wasIn === (end.name === 'onCallEnd') || (byOwnAct && end.name !== 'onCallEnd');
    assert.ok(agreed, `${story}: ${JSON.stringify(end.info)}: ${cast(call)}`);
  }
  missedOnce(person, records);
}

/**
 * What this device told its page of calls that one may come into again: each part in one ends once, before
 * the next begins. Of their own call, one that is never answered, only the end is told.
 */
export function endsEachPartOnce(person: Person, records: Records): void {
  const open = new Set<string>();
  const story = person.told.filter(({ info }) => info.callId !== '');
  for (const { name, info } of story) {
    const { callId } = info;
    const what = `${person.userId} ${callId}: ${storyOf(person, callId)}`;
    if (name === 'onCallReceived') {
      assert.ok(!open.has(callId), `${what}: rings while it is not over`);
      open.add(callId);
    } else if (name === 'onCallBegin') open.add(callId);
    else if (name === 'onCallEnd' || name === 'onCallCancelled') {
      const isOwn = records.calls.get(callId)?.callerId === person.userId;
      assert.ok(open.delete(callId) || isOwn, `${what}: over, and was not there`);
    }
  }
  assert.deepEqual([...open], [], `${person.userId}: never told the end`);
  missedOnce(person, records);
}

function storyOf({ told }: Person, callId: string): string {
  return told.flatMap(({ name, info }) => (info.callId === callId ? [name] : [])).join(' ');
}

function missedOnce(person: Person, { missed }: Records): void {
  const told = person.told.flatMap((one) => (one.name === 'onCallMissed' ? [one.args[0]] : []));
  const wanted = missed.filter((row) => row.user_id === person.userId).map((row) => row.call_id);
  assert.deepEqual(told.toSorted(), wanted.toSorted(), `missed calls of ${person.userId}`);
}

function cast(call: Call): string {
  const members = call.members.map(({ userId, status }) => `${userId}:${status}`).join(' ');
  return `${call.endReason} by ${call.endedBy}, ${members}`;
}
