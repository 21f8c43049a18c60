import {
  errorShape,
  type ErrorShape,
  type KickReason,
  type ServerMessage,
} from '../protocol/index.ts';
import type { IntentOf } from './call-event.ts';
import type { CallEffect } from './call-effect.ts';
import type { EngineState, Link } from './call-state.ts';
import { asideEndedHere, BY_SERVER, endedHere } from './call-over.ts';
import { bidFarewell } from './farewell.ts';
import { askSync, onMissedCall } from './on-synced.ts';
import { applyView } from './on-view.ts';
import { heardAt } from './server-clock.ts';
import { cleared, note, plain, refused, settled, step, then, troubled, type Step } from './step.ts';

/** The connection to the call server, and what the server says by itself. */

/** A userSig with less than this left is about to end (spec §4). */
const EXPIRING_MS = 5 * 60_000;

const NO_CALL = { callId: '' };

export function onInit(state: EngineState, event: IntentOf<'init'>, at: number): Step {
  const { userId, nickname, avatar, restored, missedSeq } = event;
  const next: EngineState = {
    ...state,
    account: {
      userId,
      nickname: nickname ?? '',
      avatar: avatar ?? '',
      wish: { nickname, avatar },
      userSig: 'valid',
    },
    link: { status: 'connecting', since: at, intent: event.intent },
    restored,
    missedSeq,
    ignoredBefore: event.ignored,
  };
  // What a page before could not get through to the server.
  return event.farewells.reduce(
    (started, farewell) => then(started, (reached) => bidFarewell(reached, farewell)),
    step(next, [{ type: 'open-socket' }]),
  );
}

/** A new userSig: said to the server where there is a connection, else used to make one. */
export function onRenew(state: EngineState, event: IntentOf<'renew-user-sig'>, at: number): Step {
  const { intent, userSig } = event;
  const { account, link } = state;
  if (account === null) return step(state, [settled(intent)]);
  switch (link.status) {
    case 'online': {
      const command = { type: 'renew-user-sig', userSig } as const;
      return step(state, [{ type: 'send-command', id: intent, command, delivery: 'patient' }]);
    }
    case 'off': {
      // It would put the newer session out, which then does the same: only init() comes back.
      if (link.error?.name === 'kicked-offline') return step(state, [refused(intent, link.error)]);
      const again: Link = { status: 'connecting', since: at, intent };
      const next = { ...state, link: again, account: { ...account, userSig: 'valid' as const } };
      return step(cleared(next, 'link'), [{ type: 'open-socket' }]);
    }
    default:
      // The next handshake carries it.
      return step({ ...state, account: { ...account, userSig: 'valid' } }, [settled(intent)]);
  }
}

export function onSocketConnected(state: EngineState, at: number): Step {
  const { account, link } = state;
  return account === null || link.status === 'off' ? step(state) : askSync(state, at);
}

export function onSocketDisconnected(state: EngineState, at: number): Step {
  if (state.link.status !== 'online') return step(state);
  return step({ ...state, link: { status: 'lost', since: at, noticed: false } });
}

export function onSocketRefused(state: EngineState, refusal: ErrorShape): Step {
  const error = plain(refusal);
  const off = { ...state, link: { status: 'off', error } as const };
  if (state.account === null) return step(off);
  const told =
    error.name === 'user-sig-expired' ? sigExpired(off, error) : troubled(off, 'link', error);
  return then(told, (next) => step(next, signInRefused(state, error)));
}

function signInRefused({ link }: EngineState, error: ErrorShape): readonly CallEffect[] {
  return link.status === 'connecting' && link.intent !== null ? [refused(link.intent, error)] : [];
}

/** It goes on trying; whoever waits for init() is told that it takes long. */
export function onSignInSlow(state: EngineState): Step {
  const { link } = state;
  if (link.status !== 'connecting' || link.intent === null) return step(state);
  const error = errorShape('signaling-failed', 'the call server cannot be reached; still trying');
  const next: EngineState = {
    ...state,
    link: { ...link, intent: null },
    trouble: { about: 'link', error },
  };
  return step(next, [refused(link.intent, error)]);
}

export function onMessage(state: EngineState, message: ServerMessage, at: number): Step {
  const { account } = state;
  if (account === null) return step(state);
  switch (message.type) {
    case 'welcome': {
      const { nickname, avatar, mediaUrl, userSigExpiresInMs } = message;
      const userSig = userSigExpiresInMs > EXPIRING_MS ? 'valid' : account.userSig;
      // Each connection measures the way anew.
      const server = { ...state.server, offsetMs: null, mediaUrl };
      const next = { ...state, server, account: { ...account, nickname, avatar, userSig } };
      return step(heardAt(next, message.serverNow, at));
    }
    case 'call-changed':
      return applyView(state, message.call, at);
    case 'call-missed':
      return onMissedCall(state, message.missed);
    case 'user-sig-expiring':
      if (account.userSig !== 'valid') return step(state);
      return step(
        { ...state, account: { ...account, userSig: 'expiring' } },
        [],
        [note('onUserSigWillExpire', [], NO_CALL)],
      );
    case 'user-sig-expired':
      return sigExpired(state, errorShape('user-sig-expired'));
    case 'kicked-offline':
      return onKicked(state, message.reason, at);
  }
}

/** A running call goes on: its media needs no userSig. */
function sigExpired(state: EngineState, error: ErrorShape): Step {
  const { account } = state;
  if (account === null) return step(state);
  const next: EngineState = {
    ...state,
    account: { ...account, userSig: 'expired' },
    trouble: { about: 'link', error },
  };
  const told = account.userSig === 'expired' ? [] : [note('onUserSigExpired', [], NO_CALL)];
  return step(next, [], told);
}

function onKicked(state: EngineState, reason: KickReason, at: number): Step {
  const error: ErrorShape = { ...errorShape('kicked-offline', reason), reason };
  const off: EngineState = {
    ...state,
    link: { status: 'off', error },
    trouble: { about: 'link', error },
  };
  const told = step(off, signInRefused(state, error), [
    note('onKickedOffline', [], { ...NO_CALL, reason }),
  ]);
  const live = state.call.phase !== 'idle' && state.call.phase !== 'ended';
  const ended = live ? then(told, (next) => endedHere(next, 'ended-by-server', null, at)) : told;
  const all = state.aside.reduce(
    (done, one) => then(done, (next) => asideEndedHere(next, one, BY_SERVER, at)),
    ended,
  );
  // What this session waited to show or send is another session's now.
  return then(all, (next) =>
    step({ ...next, aside: [], farewells: [] }, [{ type: 'close-socket' }]),
  );
}
