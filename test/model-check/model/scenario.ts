import type { Blocked } from '../../../server/testing/memory-store.ts';
import { isOnHold } from '../../../src/engine/transitions/end-call.ts';
import type { EngineState } from '../../../src/engine/state/call-state.ts';
import type { IntentRequest } from '../../../src/engine/state/events.ts';
import { isActiveElsewhere } from '../../../src/engine/state/call-view-selectors.ts';
import { findWaitingCall } from '../../../src/engine/state/waiting-call.ts';
import type { CurrentCallAction, SessionId, UserId } from '../../../src/protocol/index.ts';

/** One device in a scenario: a session of a user, and what its user may do there. */
export interface Actor {
  /** As the traces name it. */
  readonly name: string;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly acts: readonly Act[];
}

/** Something a user may do, as often as `times` says, whenever `wish` has an answer. */
export interface Act {
  readonly name: string;
  readonly times: number;
  readonly wish: (state: EngineState) => IntentRequest | null;
}

/** What is explored: everything that can happen to these devices within these bounds. */
export interface Scenario {
  readonly name: string;
  readonly actors: readonly Actor[];
  /** Who does not want to be rung by whom. */
  readonly blocked?: readonly Blocked[];
  /** The server's setting: who talks can be rung by a second call. */
  readonly callWaiting?: boolean;
  /** Connections that break, with all that is on its way in them. */
  readonly losses: number;
  /** The server is killed and started again. */
  readonly restarts: number;
  /** Page reloads. */
  readonly reloads: number;
  /**
   * Time goes from one of these to the next, ms since the beginning: chosen so that a ring (30 s), a
   * reload (8 s), a grace time (30 s) is not over, over, and long over.
   */
  readonly moments: readonly number[];
  /**
   * What is on its way to a device is heard before the server does anything else, or is lost with the
   * connection; only where no time passes. device-sets.ts says why that leaves nothing out.
   */
  readonly prompt?: boolean;
  /** Fewer states than these mean that something is not explored any more. */
  readonly leastStates: number;
}

export const RING_SECONDS = 30;

export function actor(name: string, userId: string, acts: readonly Act[]): Actor {
  const sessionId = `session-${name.replaceAll(' ', '-')}`.padEnd(16, '-') as SessionId;
  return { name, userId: userId as UserId, sessionId, acts };
}

export const calls = (...userIds: readonly string[]): Act => ({
  name: `calls ${userIds.join(' and ')}`,
  times: 1,
  wish: ({ call }) =>
    call.phase === 'idle'
      ? {
          type: 'call',
          userIds: userIds as readonly UserId[],
          mediaType: 'audio',
          groupId: '',
          timeout: RING_SECONDS,
          userData: '',
        }
      : null,
});

export const accepts: Act = {
  name: 'accepts',
  times: 1,
  wish: ({ call }) => (call.phase === 'incoming' ? { type: 'accept', video: false } : null),
};

export const rejects: Act = {
  name: 'rejects',
  times: 1,
  wish: ({ call }) => (call.phase === 'incoming' ? { type: 'reject' } : null),
};

export const ignores: Act = {
  name: 'ignores the ring',
  times: 1,
  wish: ({ call }) => (call.phase === 'incoming' ? { type: 'ignore' } : null),
};

/** Takes back, declines or ends: whatever the one red button does just then. */
export const hangsUp: Act = {
  name: 'hangs up',
  times: 1,
  wish: ({ call }) =>
    call.phase === 'idle' || call.phase === 'ended' || call.phase === 'incoming'
      ? null
      : { type: 'hangup' },
};

export const invites = (userId: string): Act => ({
  name: `invites ${userId}`,
  times: 1,
  wish: ({ call }) =>
    call.phase === 'in-call'
      ? { type: 'invite', userIds: [userId as UserId], timeout: RING_SECONDS }
      : null,
});

/** Takes the call that rings beside the one talked in; that is held, or ended. */
export const takesSecond = (currentCall: CurrentCallAction): Act => ({
  name:
    currentCall === 'hold'
      ? 'holds the call for the second one'
      : 'ends the call for the second one',
  times: 1,
  wish: (state) =>
    findWaitingCall(state) === undefined
      ? null
      : { type: 'accept-waiting', currentCall, video: false },
});

export const declinesSecond: Act = {
  name: 'declines the second call',
  times: 1,
  wish: (state) => (findWaitingCall(state) === undefined ? null : { type: 'reject-waiting' }),
};

export const holds: Act = {
  name: 'puts the call on hold',
  times: 1,
  wish: ({ call }) => (call.phase === 'in-call' ? { type: 'hold', on: true } : null),
};

export const takesUp: Act = {
  name: 'takes the held call up',
  times: 1,
  wish: ({ backgroundCalls }) =>
    backgroundCalls.some(isOnHold) ? { type: 'hold', on: false } : null,
};

/** Takes the call over that its user is in on another device. */
export const movesHere: Act = {
  name: 'takes the call over',
  times: 1,
  wish: ({ call, backgroundCalls }) => {
    const there = backgroundCalls.find(({ view }) => isActiveElsewhere(view));
    const isFree = call.phase === 'idle' || call.phase === 'ended';
    return isFree && there !== undefined ? { type: 'join', callId: there.view.callId } : null;
  },
};
