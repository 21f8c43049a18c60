import {
  errorShape,
  type ErrorShape,
  type KickReason,
  type ServerMessage,
} from '../../protocol/index.ts';
import type { IntentOf } from '../state/events.ts';
import type { CallEffect } from '../state/effects.ts';
import type { EngineState, ServerConnection } from '../state/call-state.ts';
import { endBackgroundCall, ENDED_BY_SERVER, endCallHere } from './end-call.ts';
import { isSignInGivenUp } from '../state/connection-state.ts';
import { queueTermination } from '../state/pending-termination.ts';
import { requestSync, onMissedCall } from './on-sync.ts';
import { applyView } from './on-call-view.ts';
import { updateClockOffset } from '../state/server-clock.ts';
import {
  withoutError,
  notification,
  toErrorShape,
  rejectIntent,
  resolveIntent,
  result,
  chain,
  withError,
  type TransitionResult,
} from '../state/transition-result.ts';

/** Handles the connection to the call server, and the server's messages. */

/** The server warns when the userSig expires in less than this; see docs/user-sig.md. */
const EXPIRY_WARNING_MS = 5 * 60_000;

const NO_CALL = { callId: '' };

export function onInit(state: EngineState, event: IntentOf<'init'>, at: number): TransitionResult {
  const { userId, nickname, avatar, restored, missedSeq } = event;
  const next: EngineState = {
    ...state,
    account: {
      userId,
      nickname: nickname ?? '',
      avatar: avatar ?? '',
      pendingProfile: { nickname, avatar },
      userSig: 'valid',
    },
    connection: { status: 'connecting', since: at, intentId: event.intentId },
    restored,
    missedSeq,
    restoredIgnored: event.ignored,
  };
  // Terminations that the page before a reload could not deliver.
  return event.pendingTerminations.reduce(
    (started, termination) => chain(started, (reached) => queueTermination(reached, termination)),
    result(next, [{ type: 'open-socket' }]),
  );
}

/** Sends a new userSig on the connection, or connects with it. */
export function onRenew(
  state: EngineState,
  event: IntentOf<'renew-user-sig'>,
  at: number,
): TransitionResult {
  const { intentId, userSig } = event;
  const { account, connection } = state;
  if (account === null) return result(state, [resolveIntent(intentId)]);
  if (connection.status === 'online') {
    const command = { type: 'renew-user-sig', userSig } as const;
    return result(state, [
      { type: 'send-command', id: intentId, command, delivery: 'interactive' },
    ]);
  }
  const valid = { ...state, account: { ...account, userSig: 'valid' as const } };
  // The pending sign-in or the next handshake carries it.
  if (!isSignInGivenUp(state)) return result(valid, [resolveIntent(intentId)]);
  const isOff = connection.status === 'off';
  // Reconnecting would end the newer session, which would reconnect in turn. Only init() may do it.
  if (isOff && connection.error?.name === 'kicked-offline')
    return result(state, [rejectIntent(intentId, connection.error)]);
  const signingIn: ServerConnection = { status: 'connecting', since: at, intentId };
  const next = withoutError({ ...valid, connection: signingIn }, 'connection');
  return result(next, isOff ? [{ type: 'open-socket' }] : []);
}

export function onSocketConnected(state: EngineState, at: number): TransitionResult {
  const { account, connection } = state;
  return account === null || connection.status === 'off' ? result(state) : requestSync(state, at);
}

export function onSocketDisconnected(state: EngineState, at: number): TransitionResult {
  if (state.connection.status !== 'online') return result(state);
  return result({ ...state, connection: { status: 'lost', since: at, noticed: false } });
}

export function onSocketRefused(state: EngineState, cause: ErrorShape): TransitionResult {
  const error = toErrorShape(cause);
  const off = { ...state, connection: { status: 'off', error } as const };
  if (state.account === null) return result(off);
  const failed =
    error.name === 'user-sig-expired'
      ? onUserSigExpired(off, error)
      : withError(off, 'connection', error);
  return chain(failed, (next) => result(next, rejectSignIn(state, error)));
}

function rejectSignIn({ connection }: EngineState, error: ErrorShape): readonly CallEffect[] {
  return connection.status === 'connecting' && connection.intentId !== null
    ? [rejectIntent(connection.intentId, error)]
    : [];
}

/** Rejects the pending `init()` after 10 s; the engine continues to connect. */
export function onSignInSlow(state: EngineState): TransitionResult {
  const { connection } = state;
  if (connection.status !== 'connecting' || connection.intentId === null) return result(state);
  const error = errorShape('signaling-failed', 'the call server cannot be reached yet');
  const next: EngineState = {
    ...state,
    connection: { ...connection, intentId: null },
    activeError: { scope: 'connection', error },
  };
  return result(next, [rejectIntent(connection.intentId, error)]);
}

export function onMessage(
  state: EngineState,
  message: ServerMessage,
  at: number,
): TransitionResult {
  const { account } = state;
  if (account === null) return result(state);
  switch (message.type) {
    case 'welcome': {
      const { nickname, avatar, mediaUrl, vapidKey, userSigExpiresInMs } = message;
      const userSig = userSigExpiresInMs > EXPIRY_WARNING_MS ? 'valid' : account.userSig;
      // Each connection has its own delay.
      const server = { ...state.server, clockOffsetMs: null, mediaUrl, vapidKey };
      const next = { ...state, server, account: { ...account, nickname, avatar, userSig } };
      return result(updateClockOffset(next, message.serverNow, at));
    }
    case 'call-changed':
      return applyView(state, message.call, at);
    case 'call-missed':
      return onMissedCall(state, message.missed);
    case 'user-sig-expiring':
      if (account.userSig !== 'valid') return result(state);
      return result(
        { ...state, account: { ...account, userSig: 'expiring' } },
        [],
        [notification('onUserSigWillExpire', [], NO_CALL)],
      );
    case 'user-sig-expired':
      return onUserSigExpired(state, errorShape('user-sig-expired'));
    case 'kicked-offline':
      return onKicked(state, message.reason, at);
  }
}

/** A running call continues: media does not depend on the userSig. */
function onUserSigExpired(state: EngineState, error: ErrorShape): TransitionResult {
  const { account } = state;
  if (account === null) return result(state);
  const next: EngineState = {
    ...state,
    account: { ...account, userSig: 'expired' },
    activeError: { scope: 'connection', error },
  };
  const notifications =
    account.userSig === 'expired' ? [] : [notification('onUserSigExpired', [], NO_CALL)];
  return result(next, [], notifications);
}

function onKicked(state: EngineState, reason: KickReason, at: number): TransitionResult {
  const error: ErrorShape = { ...errorShape('kicked-offline', reason), reason };
  const off: EngineState = {
    ...state,
    connection: { status: 'off', error },
    activeError: { scope: 'connection', error },
  };
  const kicked = result(off, rejectSignIn(state, error), [
    notification('onKickedOffline', [], { ...NO_CALL, reason }),
  ]);
  const live = state.call.phase !== 'idle' && state.call.phase !== 'ended';
  const ended = live
    ? chain(kicked, (next) => endCallHere(next, 'ended-by-server', null, at))
    : kicked;
  const all = state.backgroundCalls.reduce(
    (done, one) => chain(done, (next) => endBackgroundCall(next, one, ENDED_BY_SERVER, at)),
    ended,
  );
  // Another session continues; this one must neither show nor send anything.
  return chain(all, (next) =>
    result({ ...next, backgroundCalls: [], pendingTerminations: [] }, [{ type: 'close-socket' }]),
  );
}
