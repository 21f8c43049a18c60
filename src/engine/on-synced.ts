import type { CallId, CallView, CommandOf, MissedCall, Results } from '../protocol/index.ts';
import {
  asideEndedHere,
  BY_SERVER,
  asideOf,
  endedHere,
  isTold,
  liveView,
  putAside,
  restoredOf,
} from './call-over.ts';
import type { CallEffect } from './call-effect.ts';
import type { EngineState } from './call-state.ts';
import type { Notification } from './observer.ts';
import { applyView } from './on-view.ts';
import { answeredAt } from './server-clock.ts';
import { cleared, note, settled, step, then, type Step } from './step.ts';
import { isOver } from './view-facts.ts';

/** An answer that took longer is asked for again. */
const STALE_MS = 5000;

/** Asks for the truth about everything this device knows of. */
export function askSync(state: EngineState, at: number): Step {
  const command = {
    type: 'sync',
    knownCallIds: knownCallIds(state),
    missedSince: state.missedSeq,
  } as const;
  const asked = { ...state, server: { ...state.server, syncAskedAt: at } };
  return step(asked, [{ type: 'send-command', id: null, command, delivery: 'now' }]);
}

function knownCallIds(state: EngineState): readonly CallId[] {
  const live = state.aside.filter(({ view, standing }) => standing !== 'over' || !isOver(view));
  const known = [liveView(state.call), ...state.restored, ...live.map(({ view }) => view)];
  return [...new Set(known.flatMap((one) => one?.callId ?? []))];
}

/** The whole truth after (re)connecting: first all of it is taken in, then commands may go again. */
export function onSynced(
  state: EngineState,
  command: CommandOf<'sync'>,
  { calls, missed, missedSeq }: Results['sync'],
  at: number,
): Step {
  // It may have lain in a sleeping tab: what was true then is no reason to ring now.
  if (at - (state.server.syncAskedAt ?? at) > STALE_MS) return askSync(state, at);
  // It has forgotten what it knew, and counts anew: asked for as by a new device.
  if (missedSeq < (command.missedSince ?? 0) && state.missedEarly.length === 0)
    return askSync({ ...state, missedSeq: null }, at);
  const [any] = calls;
  let synced = step(any === undefined ? state : answeredAt(state, any.serverNow));
  // Endings first: a call that is over must not stand in the way of one that rings.
  for (const view of [...calls].sort(endingsFirst)) {
    synced = then(synced, (next) => applyView(next, view, at));
  }
  for (const callId of command.knownCallIds) {
    if (calls.some((view) => view.callId === callId)) continue;
    synced = then(synced, (next) => forgotten(next, callId, at));
  }
  synced = then(synced, (next) => onMissed({ ...next, missedEarly: [] }, missed));
  synced = then(synced, (next) => onMissed(next, state.missedEarly));
  synced = then(synced, (next) =>
    step({ ...next, missedSeq: Math.max(missedSeq, next.missedSeq ?? 0) }),
  );
  return then(synced, online);
}

function endingsFirst(a: CallView, b: CallView): number {
  return Number(isOver(b)) - Number(isOver(a)) || a.createdAt - b.createdAt;
}

/** A call that the server does not know any more is over, whatever this device last heard. */
function forgotten(state: EngineState, callId: CallId, at: number): Step {
  if (liveView(state.call)?.callId === callId) {
    return then(endedHere(state, 'ended-by-server', null, at), (next) =>
      step(unknown(next, callId)),
    );
  }
  const known = restoredOf(state, callId).without;
  const aside = asideOf(known, callId);
  return aside !== undefined && isTold(aside)
    ? asideEndedHere(known, aside, BY_SERVER, at)
    : step(unknown(known, callId));
}

/** Whatever was last heard of this call: the server knows nothing of it, or of our part in it. */
export function unknown(state: EngineState, callId: CallId): EngineState {
  const aside = asideOf(state, callId);
  if (aside === undefined) return state;
  const view: CallView = { ...aside.view, status: 'ended' };
  return putAside(state, { view, deadline: null, standing: 'over' });
}

/**
 * One that comes before the answer to the sync waits for it: older ones are in there, and each is told
 * only while it is newer than all that were.
 */
export function onMissedCall(state: EngineState, missed: MissedCall): Step {
  if (state.link.status === 'online') return onMissed(state, [missed]);
  return step({ ...state, missedEarly: [...state.missedEarly, missed] });
}

/** Missed calls that were not told yet. */
function onMissed(state: EngineState, missed: readonly MissedCall[]): Step {
  const seen = state.missedSeq ?? -1;
  const fresh = missed.filter(({ seq }) => seq > seen).sort((a, b) => a.seq - b.seq);
  const newest = fresh.at(-1);
  if (newest === undefined) return step(state);
  return step({ ...state, missedSeq: newest.seq }, [], fresh.map(missedNotification));
}

function missedNotification(missed: MissedCall): Notification {
  const { callId, callerId, mediaType, reason, groupId } = missed;
  const info = { callId, groupId, callerId, reason };
  return note('onCallMissed', [callId, callerId, mediaType, reason], info);
}

function online(state: EngineState): Step {
  const { link, account } = state;
  if (link.status === 'off' || account === null) return step(state);
  const intent = link.status === 'connecting' ? link.intent : null;
  const effects: CallEffect[] = [{ type: 'release-commands' }];
  if (intent !== null) effects.push(settled(intent));
  const nickname = account.wish.nickname ?? account.nickname;
  const avatar = account.wish.avatar ?? account.avatar;
  if (nickname !== account.nickname || avatar !== account.avatar) {
    const command = { type: 'set-self-info', nickname, avatar } as const;
    effects.push({ type: 'send-command', id: null, command, delivery: 'patient' });
  }
  const next: EngineState = {
    ...state,
    link: { status: 'online' },
    account: { ...account, wish: { nickname: null, avatar: null } },
  };
  return step(cleared(next, 'link'), effects);
}
