import type { CallEvent } from './call-event.ts';
import { isParty, type EngineState } from './call-state.ts';
import { ringOver } from './ring-over.ts';
import { connectionOf } from './connection.ts';
import { derivedEffects } from './derived-effects.ts';
import { availabilityChanges } from './media-notifications.ts';
import { enter } from './media-way.ts';
import { announceHeld } from './on-hold.ts';
import { onAnswered, onFailed } from './on-answer.ts';
import { onIntent } from './on-intent.ts';
import {
  onMessage,
  onSignInSlow,
  onSocketConnected,
  onSocketDisconnected,
  onSocketRefused,
} from './on-link.ts';
import { onMedia } from './on-media.ts';
import { onPageLeaving, onPageReturning } from './on-page.ts';
import { onWaitingTimedOut } from './on-second-call.ts';
import { adoptNext, announceWaiting } from './on-view.ts';
import { note, step, then, withCall, type Step } from './step.ts';

/**
 * What the engine does when something happens: one pure function of the state and the event.
 *
 *             call                        server: this is your call
 *     idle ─────────► calling ───────────────────────────────────► outgoing
 *      │ ▲              │ refused ─► idle                              │ a callee joined
 *      │ │              │                 server: you are the one      ▼
 *      │ │   a ring ─► incoming ─ accept ─► answering ────────────► in-call
 *      │ │              │                     │                     ▲  │
 *      │ └─ ignore ─────┤                     │      server: come in│  │
 *      ├──────────────── join ─────────────────────► entering ──────┘  │
 *      │                ▼                     ▼                        ▼
 *      └◄ 4 s, dismiss ─ ended ◄──────────────┴─── over, by the server's word or the user's
 *
 * `idle` and `ended` take the next call that waits. Media has its own way (MediaStage), and so has
 * the connection (Link). docs/call-states.md has the whole table, written by a test.
 */
export function transition(state: EngineState, event: CallEvent): Step {
  const adopted = then(react(state, event), (next) => adoptNext(next, event.at));
  const announced = then(adopted, announceHeld);
  const reacted = then(announced, (next) => announceWaiting(next, event.at));
  const { gone, come } = availabilityChanges(state.call, reacted.state.call, reacted.notifications);
  const connection = connectionOf(reacted.state);
  const moved =
    connection === connectionOf(state)
      ? []
      : [note('onConnectionStateChanged', [connection], { callId: '' })];
  return {
    state: reacted.state,
    effects: [...reacted.effects, ...derivedEffects(state, reacted.state, event.at)],
    notifications: [...moved, ...gone, ...reacted.notifications, ...come],
  };
}

function react(state: EngineState, event: CallEvent): Step {
  switch (event.type) {
    case 'socket-connected':
      return onSocketConnected(state, event.at);
    case 'socket-disconnected':
      return onSocketDisconnected(state, event.at);
    case 'socket-refused':
      return onSocketRefused(state, event.error);
    case 'message-received':
      return onMessage(state, event.message, event.at);
    case 'command-answered':
      return onAnswered(state, event.command, event.answer, event.at);
    case 'command-failed':
      return onFailed(state, event.command, event.error, event.at);
    case 'media-fact':
    case 'media-joined':
    case 'media-join-failed':
    case 'track-set':
      return onMedia(state, event, event.at);
    case 'timer-fired':
      return onTimer(state, event.name, event.at);
    case 'devices-listed':
      return step({ ...state, devices: event.devices });
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
): Step {
  const { call, link } = state;
  switch (name) {
    case 'ring':
      // With or without the server: a ring never outlives its time.
      return call.phase === 'incoming' && call.deadline !== null && call.deadline <= at
        ? ringOver(state, call, at)
        : step(state);
    case 'waiting-ring':
      return onWaitingTimedOut(state, at);
    case 'ended':
      return call.phase === 'ended' ? step(withCall(state, { phase: 'idle' })) : step(state);
    case 'media-retry':
      return isParty(call) && call.media.stage === 'waiting' ? enter(state, call) : step(state);
    case 'link-notice':
      return link.status === 'lost'
        ? step({ ...state, link: { ...link, noticed: true } })
        : step(state);
    case 'sign-in':
      return onSignInSlow(state);
  }
}
