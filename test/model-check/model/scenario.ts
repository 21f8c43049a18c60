import type { Blocked } from '../../../server/testing/memory-store.ts';
import { isOnHold } from '../../../src/engine/transitions/end-call.ts';
import type { EngineState } from '../../../src/engine/state/call-state.ts';
import type { IntentRequest } from '../../../src/engine/state/events.ts';
import { isActiveElsewhere } from '../../../src/engine/state/call-view-selectors.ts';
import { findWaitingCall } from '../../../src/engine/state/waiting-call.ts';
import type { CurrentCallAction, SessionId, UserId } from '../../../src/protocol/index.ts';

/** One device in a scenario: a session of a user, and what its user may do there. */
export interface Actor {
  /** Its name in the traces. */
  readonly name: string;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly acts: readonly Act[];
}

/** An action a user may perform, up to `times` times, whenever `wish` returns an intent. */
export interface Act {
  readonly name: string;
  readonly times: number;
  readonly wish: (state: EngineState) => IntentRequest | null;
}

/** The bounds of an exploration: every event that can happen to these devices within them. */
export interface Scenario {
  readonly name: string;
  readonly actors: readonly Actor[];
  /** Which users have blocked which callers. */
  readonly blocked?: readonly Blocked[];
  /** The server's setting for call waiting: a user in a call can be rung by a second call. */
  readonly callWaiting?: boolean;
  /** Connection losses, with all messages on their way. */
  readonly losses: number;
  /** Kills and restarts of the server. */
  readonly restarts: number;
  /** Page reloads. */
  readonly reloads: number;
  /**
   * Time advances from one of these to the next, in ms since the beginning: chosen so that a ring (30 s), a
   * reload (8 s), a grace time (30 s) is not over, over, and long over.
   */
  readonly moments: readonly number[];
  /**
   * A message to a device arrives before the server does anything else, or is lost with the
   * connection; only where no time passes. device-sets.ts explains why this omits nothing.
   */
  readonly prompt?: boolean;
  /** With fewer states than these, a part of the scenario is no longer explored. */
  readonly minStates: number;
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

/** Cancels, rejects or hangs up: the action of the red button in the current phase. */
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

/** Accepts the call that rings during another one; the other one is held, or ended. */
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

/** Takes over the call that its user is in on another device. */
export const movesHere: Act = {
  name: 'takes the call over',
  times: 1,
  wish: ({ call, backgroundCalls }) => {
    const there = backgroundCalls.find(({ view }) => isActiveElsewhere(view));
    const isFree = call.phase === 'idle' || call.phase === 'ended';
    return isFree && there !== undefined ? { type: 'join', callId: there.view.callId } : null;
  },
};
