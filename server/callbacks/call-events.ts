import type { MemberStatus } from '../../src/protocol/index.ts';
import { callResource, recordOf } from '../api/record.ts';
import { memberOf } from '../calls/model/call.ts';
import type { Call, Member } from '../calls/model/call.ts';
import type { Change } from '../calls/model/decision.ts';
import type { CallbackEvent } from '../webhooks/delivery.ts';

/** What happened to members, in `call.members-changed`. */
export type MemberAction =
  | 'invited'
  | 'accepted'
  | 'rejected'
  | 'no-response'
  | 'line-busy'
  | 'cancelled'
  | 'joined'
  | 'left'
  | 'removed'
  | 'offline';

/** The events of one change, in the order in which they are delivered. */
export function callEventsOf({ before, after }: Change, now: number): readonly CallbackEvent[] {
  const event = (type: CallbackEvent['type'], data: CallbackEvent['data']): CallbackEvent => ({
    ...{ type, data },
    subject: after.callId,
    at: now,
  });
  const events = before === null ? [event('call.started', callResource(after))] : [];
  for (const [action, userIds] of before === null ? [] : changedMembers(before, after)) {
    events.push(event('call.members-changed', membersChanged(after, action, userIds)));
  }
  if (after.endedAt !== null && before?.endedAt == null) {
    const record = recordOf({ call: after, rating: null, quality: new Map() });
    events.push(event('call.ended', record));
  }
  return events;
}

/** Each action with its users; both in the order of the member list. */
function changedMembers(before: Call, after: Call): ReadonlyMap<MemberAction, string[]> {
  const changed = new Map<MemberAction, string[]>();
  for (const member of after.members) {
    const action = actionOf(memberOf(before, member.userId), member);
    if (action === null) continue;
    changed.set(action, [...(changed.get(action) ?? []), member.userId]);
  }
  return changed;
}

const ACTIONS: Readonly<Record<Exclude<MemberStatus, 'joined'>, MemberAction>> = {
  ringing: 'invited',
  busy: 'line-busy',
  rejected: 'rejected',
  'no-response': 'no-response',
  cancelled: 'cancelled',
  left: 'left',
  offline: 'offline',
  removed: 'removed',
};

function actionOf(was: Member | null, { status, invitedVersion }: Member): MemberAction | null {
  if (was?.status === status && was.invitedVersion === invitedVersion) return null;
  if (status === 'joined') return was?.status === 'ringing' ? 'accepted' : 'joined';
  return ACTIONS[status];
}

function membersChanged(call: Call, action: MemberAction, userIds: readonly string[]) {
  const { callId, callerId, mediaType, groupId } = call;
  const members = call.members.map(({ userId, role, status }) => ({ userId, role, status }));
  return { callId, callerId, mediaType, groupId, action, userIds, members };
}
