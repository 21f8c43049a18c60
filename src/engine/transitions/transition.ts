import type { CallEvent } from '../state/events.ts';
import { isActiveCall, type EngineState } from '../state/call-state.ts';
import { expireRing } from './end-call.ts';
import { connectionState } from '../state/connection-state.ts';
import { derivedEffects } from './derived-effects.ts';
import { availabilityChanges } from '../notifications/media-notifications.ts';
import { enterMedia } from './media-join.ts';
import { notifyHeldCalls } from './on-hold.ts';
import { onCommandResult, onCommandFailed } from './on-command-result.ts';
import { onIntent } from './on-intent.ts';
import {
  onMessage,
  onSignInSlow,
  onSocketConnected,
  onSocketDisconnected,
  onSocketRefused,
} from './on-connection.ts';
import { onMedia } from './on-media.ts';
import { onPageLeaving, onPageReturning } from './on-page.ts';
import { onWaitingRingExpired } from './on-second-call.ts';
import { showNextCall, notifyWaitingCalls } from './on-call-view.ts';
import {
  notification,
  result,
  chain,
  withCall,
  type TransitionResult,
} from '../state/transition-result.ts';

/**
 * What the engine does when something happens: one pure function of the state and the event.
 *
 *             call                        server: this is your call
 *     idle ─────────► dialing ───────────────────────────────────► outgoing
 *      │ ▲              │ refused ─► idle                              │ a callee joined
 *      │ │              │                 server: you are the one      ▼
 *      │ │   a ring ─► incoming ─ accept ─► answering ────────────► in-call
 *      │ │              │                     │                     ▲  │
 *      │ └─ ignore ─────┤                     │      server: come in│  │
 *      ├──────────────── join ─────────────────────► joining ───────┘  │
 *      │                ▼                     ▼                        ▼
 *      └◄ 4 s, dismiss ─ ended ◄──────────────┴─── over, by the server's word or the user's
 *
 * `idle` and `ended` take the next call that waits. Media has its own diagram (MediaStatus), and so has
 * the connection (ServerConnection). docs/call-states.md has the whole table, written by a test.
 */
export function transition(state: EngineState, event: CallEvent): TransitionResult {
  const shown = chain(handleEvent(state, event), (next) => showNextCall(next, event.at));
  const held = chain(shown, notifyHeldCalls);
  const handled = chain(held, (next) => notifyWaitingCalls(next, event.at));
  const { unavailable, available } = availabilityChanges(
    state.call,
    handled.state.call,
    handled.notifications,
  );
  const connection = connectionState(handled.state);
  const connectionChange =
    connection === connectionState(state)
      ? []
      : [notification('onConnectionStateChanged', [connection], { callId: '' })];
  return {
    state: handled.state,
    effects: [...handled.effects, ...derivedEffects(state, handled.state, event.at)],
    notifications: [...connectionChange, ...unavailable, ...handled.notifications, ...available],
  };
}

function handleEvent(state: EngineState, event: CallEvent): TransitionResult {
  switch (event.type) {
    case 'socket-connected':
      return onSocketConnected(state, event.at);
    case 'socket-disconnected':
      return onSocketDisconnected(state, event.at);
    case 'socket-refused':
      return onSocketRefused(state, event.error);
    case 'message-received':
      return onMessage(state, event.message, event.at);
    case 'command-acked':
      return onCommandResult(state, event.command, event.answer, event.at);
    case 'command-failed':
      return onCommandFailed(state, event.command, event.error, event.at);
    case 'media-update':
    case 'media-joined':
    case 'media-join-failed':
    case 'track-set':
      return onMedia(state, event, event.at);
    case 'timer-fired':
      return onTimer(state, event.name, event.at);
    case 'devices-listed':
      return result({ ...state, devices: event.devices });
    case 'page-leaving':
      return onPageLeaving(state);
    case 'page-returning':
      return onPageReturning(state, event.at);
    default:
      return onIntent(state, event, event.at);
  }
}

function onTimer(
  state: EngineState,
  name: Extract<CallEvent, { type: 'timer-fired' }>['name'],
  at: number,
): TransitionResult {
  const { call, connection } = state;
  switch (name) {
    case 'ring':
      // With or without the server: a ring never outlives its time.
      return call.phase === 'incoming' && call.deadline !== null && call.deadline <= at
        ? expireRing(state, call, at)
        : result(state);
    case 'waiting-ring':
      return onWaitingRingExpired(state, at);
    case 'ended':
      return call.phase === 'ended' ? result(withCall(state, { phase: 'idle' })) : result(state);
    case 'media-retry':
      return isActiveCall(call) && call.media.status === 'retrying'
        ? enterMedia(state, call)
        : result(state);
    case 'connection-notice':
      return connection.status === 'lost'
        ? result({ ...state, connection: { ...connection, noticed: true } })
        : result(state);
    case 'sign-in':
      return onSignInSlow(state);
  }
}
