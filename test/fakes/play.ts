import type { CallEffect } from '../../src/engine/state/effects.ts';
import type { CallEvent, EngineEvent } from '../../src/engine/state/events.ts';
import { INITIAL_STATE, type EngineState } from '../../src/engine/state/call-state.ts';
import type { IntentRequest } from '../../src/engine/state/events.ts';
import type { Notification } from '../../src/engine/api/observer.ts';
import type { MediaUpdate } from '../../src/engine/api/ports.ts';
import { phaseOf } from '../../src/engine/snapshot/create-snapshot.ts';
import { transition } from '../../src/engine/transitions/transition.ts';
import type {
  Answer,
  CallView,
  Command,
  CommandId,
  MissedCall,
  SessionId,
  UserId,
} from '../../src/protocol/index.ts';
import type { Phase } from '../../src/engine/api/snapshot.ts';
import { CALL, SERVER_START } from './views.ts';

/** Plays a timeline of events on the transition and returns state, effects and callbacks. */

export interface Moment {
  readonly at: number;
  readonly event: EngineEvent | ((state: EngineState) => EngineEvent);
}

export interface Played {
  readonly state: EngineState;
  readonly phase: Phase;
  /** The observer callbacks as `name(arguments)`, in order, without onConnectionStateChanged. */
  readonly callbacks: readonly string[];
  readonly notifications: readonly Notification[];
  readonly effects: readonly CallEffect[];
}

/** The engine's clock at SERVER_START. */
export const CLOCK_START = 5000;

/** The effects of one type. */
export const ofType = (effects: readonly CallEffect[], type: CallEffect['type']) =>
  effects.filter((effect) => effect.type === type);

/** Plays these moments, starting signed in and idle. */
export function play(userId: UserId, ...moments: readonly Moment[]): Played {
  return playFrom(signedInState(userId), ...moments);
}

export function playFrom(start: EngineState, ...moments: readonly Moment[]): Played {
  let state = start;
  const notifications: Notification[] = [];
  const effects: CallEffect[] = [];
  for (const { at, event } of moments) {
    const next = typeof event === 'function' ? event(state) : event;
    const step = transition(state, { ...next, at: CLOCK_START + at });
    state = step.state;
    notifications.push(...step.notifications);
    effects.push(...step.effects);
  }
  const callbacks = notifications
    .filter(({ name }) => name !== 'onConnectionStateChanged')
    .map(({ name, args }) => `${name}(${args.map(word).join(', ')})`);
  return { state, phase: phaseOf(state), callbacks, notifications, effects };
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function signedInState(userId: UserId): EngineState {
  const at = CLOCK_START;
  const events: CallEvent[] = [
    { type: 'init', ...NEW_HERE, userId, intentId: idOf('init'), at },
    { type: 'socket-connected', at },
    { type: 'message-received', message: welcome(userId), at },
    {
      type: 'command-acked',
      command: { type: 'sync', id: idOf('sync'), knownCallIds: [], missedSince: null },
      answer: { ok: true, calls: [], missed: [], missedSeq: 0 },
      at,
    },
  ];
  return events.reduce((state, event) => transition(state, event).state, INITIAL_STATE);
}

const NEW_HERE = {
  nickname: null,
  avatar: null,
  restored: [],
  ignored: [],
  pendingTerminations: [],
  missedSeq: null,
};

export function welcome(userId: UserId) {
  return {
    type: 'welcome',
    userId,
    sessionId: `session-of-${userId}-0001` as SessionId,
    nickname: '',
    avatar: '',
    serverNow: SERVER_START,
    userSigExpiresInMs: 86_400_000,
    mediaUrl: 'wss://media.test',
    vapidKey: '',
  } as const;
}

export function idOf(name: string): CommandId {
  return `id-of-${name}`.padEnd(20, '-') as CommandId;
}

/** The server pushes a view. */
export function pushed(at: number, call: CallView): Moment {
  return { at, event: { type: 'message-received', message: { type: 'call-changed', call } } };
}

export function missed(at: number, call: MissedCall): Moment {
  return {
    at,
    event: { type: 'message-received', message: { type: 'call-missed', missed: call } },
  };
}

/** An intent of the user or the program; its id is made of its type. */
export function wants(at: number, intent: IntentRequest): Moment {
  return { at, event: { ...intent, intentId: idOf(intent.type) } };
}

export function calls(
  at: number,
  userIds: readonly UserId[],
  mediaType: 'audio' | 'video' = 'audio',
) {
  return wants(at, { type: 'call', userIds, mediaType, groupId: '', timeout: 30, userData: '' });
}

export function answered(at: number, command: Command, answer: Answer): Moment {
  return { at, event: { type: 'command-acked', command, answer } };
}

/** The acknowledgement of the command that an intent of `wants` sent about the test's call. */
export function callAnswered(at: number, call: CallView): Moment {
  return answered(at, callCommand, { ok: true, call });
}

export const callCommand: Command = {
  type: 'call',
  id: idOf('call'),
  userIds: [],
  mediaType: 'audio',
  groupId: '',
  timeout: 30,
  userData: '',
};

export function acceptAnswered(at: number, call: CallView): Moment {
  const media = { url: 'wss://media.test', token: 'token-1' };
  const won = call.status !== 'ended' && call.self.session === 'this';
  const command: Command = { type: 'accept', id: idOf('accept'), callId: call.callId };
  return answered(at, command, { ok: true, call, media: won ? media : null });
}

export function accessAnswered(at: number): Moment {
  const media = { url: 'wss://media.test', token: 'token-2' };
  const command: Command = { type: 'media-access', id: idOf('access'), callId: CALL };
  return answered(at, command, { ok: true, media });
}

/** The newest join of the media room succeeds. */
export function mediaJoined(at: number): Moment {
  return { at, event: (state) => ({ type: 'media-joined', attempt: serialOf(state) }) };
}

export function serialOf({ call }: EngineState): number {
  return 'media' in call ? call.media.attempt : -1;
}

export function fact(at: number, update: MediaUpdate): Moment {
  return { at, event: { type: 'media-update', update } };
}

export function happens(at: number, event: EngineEvent): Moment {
  return { at, event };
}
