import type { CallEvent } from '../state/events.ts';
import { isActiveCall, type EngineState } from '../state/call-state.ts';
import { expireRing } from './expire-ring.ts';
import { connectionState } from '../state/connection-state.ts';
import { derivedEffects } from './derived-effects.ts';
import { availabilityChanges } from '../notifications/media-notifications.ts';
import { enterMedia } from './media-join.ts';
import { onMediaAbsence, trackMediaAbsence } from './media-absence.ts';
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
 * The transition of the engine: one pure function of state and event.
 *
 *             call                        server: call created
 *     idle ─────────► dialing ───────────────────────────────────► outgoing
 *      │ ▲              │ refused ─► idle                              │ a callee joins
 *      │ │              │                  server: seat is here        ▼
 *      │ │   ring ───► incoming ─ accept ─► answering ────────────► in-call
 *      │ │              │                     │                     ▲  │
 *      │ └─ ignore ─────┤                     │    server: joined   │  │
 *      ├──────────────── join ─────────────────────► joining ───────┘  │
 *      │                ▼                     ▼                        ▼
 *      └◄ 4 s, dismiss ─ ended ◄──────────────┴─── ended by the server or the user
 *
 * In `idle` and `ended` the next background call is shown. Media (MediaStatus) and the connection
 * (ServerConnection) have their own states. A test generates the whole table: docs/call-states.md.
 */
export function transition(state: EngineState, event: CallEvent): TransitionResult {
  const shown = chain(handleEvent(state, event), (next) => showNextCall(next, event.at));
  const held = chain(shown, notifyHeldCalls);
  const waiting = chain(held, (next) => notifyWaitingCalls(next, event.at));
  const handled = chain(waiting, (next) => result(trackMediaAbsence(next, event.at)));
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
      // The ring ends at its deadline, also without the server.
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
    case 'media-absence':
      return onMediaAbsence(state);
    case 'connection-notice':
      return connection.status === 'lost'
        ? result({ ...state, connection: { ...connection, noticed: true } })
        : result(state);
    case 'sign-in':
      return onSignInSlow(state);
  }
}
