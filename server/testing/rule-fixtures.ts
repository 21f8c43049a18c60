import assert from 'node:assert/strict';
import type { CallCommand, UserId } from '../../src/protocol/index.ts';
import { memberOf } from '../calls/model/call.ts';
import type { Call } from '../calls/model/call.ts';
import { startCall } from '../calls/rules/index.ts';
import type { Decided, Decision } from '../calls/model/decision.ts';
import type { StartContext } from '../calls/rules/start-call.ts';
import { callId, commandId, actorOn } from './people.ts';

/** Pure calls for tests of the rules. Time starts at 1000. */

export const T0 = 1000;

export interface Start extends Partial<Omit<CallCommand, 'type' | 'id'>> {
  readonly by: UserId;
  readonly to: readonly UserId[];
  readonly device?: string;
}

export function callCommand({ to, by: _by, device: _device, ...rest }: Start): CallCommand {
  return {
    type: 'call',
    id: commandId('call'),
    userIds: to,
    mediaType: 'video',
    groupId: '',
    timeout: 30,
    userData: '',
    ...rest,
  };
}

export function startContext(context: Partial<StartContext> = {}): StartContext {
  return {
    now: T0,
    callId: callId('first'),
    roomName: 'room-first',
    liveCalls: [],
    groupCall: null,
    isGone: () => false,
    maxMembers: 50,
    callWaiting: false,
    hasBlocked: () => false,
    profileOf: () => ({ nickname: '', avatar: '' }),
    ...context,
  };
}

export function start(ask: Start, context: Partial<StartContext> = {}): Decision {
  return startCall(callCommand(ask), actorOn(ask.by, ask.device ?? ask.by), startContext(context));
}

/** The call of a decision. */
export function decided(decision: Decision): Call {
  return appliedDecision(decision).call;
}

export function appliedDecision(decision: Decision): Decided {
  assert.equal(decision.outcome, 'decided', JSON.stringify(decision));
  assert.ok(decision.outcome === 'decided');
  return decision;
}

export function refusedWith(decision: Decision): string {
  return decision.outcome === 'refused' ? decision.error.name : 'decided';
}

/** A ringing call. */
export function ringing(ask: Start, context: Partial<StartContext> = {}): Call {
  return decided(start(ask, context));
}

/** `alice:joined bob:ringing` */
export function memberStatuses(call: Call): string {
  return call.members.map(({ userId, status }) => `${userId}:${status}`).join(' ');
}

export function memberIn(call: Call, userId: UserId) {
  const member = memberOf(call, userId);
  assert.ok(member);
  return member;
}

/** How the call ended: reason, who, when. */
export function ending({ status, endReason, endedBy, endedAt }: Call) {
  return { status, endReason, endedBy, endedAt };
}
