import type { CallId, CallView, MediaAccess } from '../protocol/index.ts';
import {
  asideOf,
  endedByView,
  isTold,
  putAside,
  restoredOf,
  ringAside,
  takeAside,
  toldOf,
} from './call-over.ts';
import {
  isParty,
  NO_TRACKS,
  wishedTracks,
  type Aside,
  type EngineState,
  type Incoming,
  type Answering,
  type Party,
  type Tracks,
} from './call-state.ts';
import type { CallEffect } from './call-effect.ts';
import { dropFarewells, isLeft, maybeWithdrawn } from './farewell.ts';
import { askAccess, joinMedia, NO_MEDIA, roomIsNew } from './media-way.ts';
import { earlier, heardAt, onOurClock, ringDeadline } from './server-clock.ts';
import { putOnHold } from './on-hold.ts';
import { step, then, withCall, type Step } from './step.ts';
import { closePictures, fitting, openWished } from './tracks.ts';
import {
  actsElsewhere,
  actsHere,
  endingOf,
  hasBegun,
  invitesAnew,
  isOutlived,
  lostPart,
  isHeldHere,
  isOver,
  ownMember,
  ringsHere,
  seatHere,
} from './view-facts.ts';
import { viewNotifications, type Before } from './view-notifications.ts';

/** What a call view, from wherever it came, changes. An older one than the known one changes nothing. */
export function applyView(state: EngineState, view: CallView, at: number): Step {
  const known = heardAt(state, view.serverNow, at);
  const { call } = known;
  const isShown = 'view' in call && call.view.callId === view.callId;
  const before = isShown ? call : asideOf(known, view.callId);
  if (before === undefined) return hearOf(known, view, at);
  if (view.version < before.view.version) return step(known);
  if (view.version === before.view.version) return step(ringsNoLonger(known, view));
  if (!isOutlived(before.view, view)) return update(known, before, view, at);
  return then(update(known, before, lostPart(before.view, view), at), (next) =>
    applyView(next, view, at),
  );
}

function update(
  state: EngineState,
  before: Aside | Incoming | Answering | Party,
  view: CallView,
  at: number,
): Step {
  if (!('phase' in before)) return updateAside(state, before, view, at);
  return isParty(before)
    ? updateParty(state, before, view, at)
    : updateRing(state, before, view, at);
}

/** The same view once more, with a newer word on the time that is left: the earlier deadline holds. */
function ringsNoLonger(state: EngineState, view: CallView): EngineState {
  const fresh = ringDeadline(state, view);
  const { call } = state;
  if (call.phase === 'incoming' && call.view.callId === view.callId) {
    const deadline = earlier(call.deadline, fresh);
    return deadline === call.deadline ? state : withCall(state, { ...call, deadline });
  }
  const aside = asideOf(state, view.callId);
  if (aside === undefined) return state;
  const deadline = earlier(aside.deadline, fresh);
  return deadline === aside.deadline ? state : putAside(state, { ...aside, deadline });
}

function updateRing(
  state: EngineState,
  call: Incoming | Answering,
  view: CallView,
  at: number,
): Step {
  const before: Before = { kind: 'view', view: call.view };
  const answering = call.phase === 'answering';
  // Named without an accept of this user: whatever the reason, nothing opens by itself.
  const tracks = answering ? call.tracks : (call.wished ?? NO_TRACKS);
  if (actsHere(view)) {
    return becomeParty(state, view, before, { tracks, way: answering ? 'answer' : 'access' });
  }
  const notifications = viewNotifications(before, view);
  if (isOver(view)) return { ...endedByView(state, view, at), notifications };
  // Answered, and held again for a call that was taken up: this device hears of both at once.
  if (isHeldHere(view)) return { ...putOnHold(state, view, tracks), notifications };
  const deadline = earlier(call.deadline, ringDeadline(state, view));
  return step(withCall(state, { ...call, view, deadline }), [], notifications);
}

function updateParty(state: EngineState, party: Party, view: CallView, at: number): Step {
  const notifications = viewNotifications({ kind: 'view', view: party.view }, view);
  if (isOver(view)) return { ...endedByView(state, view, at), notifications };
  if (isHeldHere(view)) return { ...putOnHold(state, view, party.tracks), notifications };
  const next = inPhase(state, { ...party, view });
  const quiet =
    party.view.mediaType === 'video' && view.mediaType === 'audio'
      ? closePictures(next)
      : { party: next, effects: [] };
  if (!roomIsNew(quiet.party, view)) {
    return step(withCall(state, quiet.party), quiet.effects, notifications);
  }
  const media = { ...quiet.party.media, failures: 0 };
  const asked = askAccess({ ...quiet.party, media });
  return step(withCall(state, asked.party), [...quiet.effects, ...asked.effects], notifications);
}

/** Outgoing until the call is active; from then on with the time it began for this user. */
function inPhase(state: EngineState, party: Party): Party {
  if (!hasBegun(party.view)) return party;
  const joinedAt = ownMember(party.view)?.joinedAt ?? party.view.serverNow;
  return {
    ...party,
    phase: 'in-call',
    deadline: null,
    startedAt: party.startedAt ?? onOurClock(state, joinedAt),
  };
}

interface Way {
  readonly tracks: Tracks;
  /** `answer`: the answer to a command on its way brings the token. */
  readonly way: 'answer' | 'access' | MediaAccess;
  readonly deadline?: number | null;
}

/** The server has named this device: from here on media may open. */
export function becomeParty(
  state: EngineState,
  view: CallView,
  before: Before,
  { tracks, way, deadline = null }: Way,
): Step {
  const party = inPhase(state, {
    phase: 'outgoing',
    view,
    deadline,
    startedAt: null,
    media: { ...NO_MEDIA, epoch: view.mediaEpoch },
    tracks: fitting(tracks, view.mediaType),
    remotes: {},
    told: { volumesAt: null, silent: true, networkAt: null },
  });
  const entered = wayIn(party, way);
  const opened = openWished(entered.party);
  return step(
    withCall(state, opened.party),
    [...entered.effects, ...opened.effects],
    viewNotifications(before, view),
  );
}

function wayIn(party: Party, way: Way['way']): { party: Party; effects: readonly CallEffect[] } {
  if (way === 'answer') return { party, effects: [] };
  return way === 'access' ? askAccess(party) : joinMedia(party, way);
}

/** A call not heard of before: kept aside, to be shown when this device is free for it. */
function hearOf(state: EngineState, view: CallView, at: number): Step {
  const over = isOver(view);
  const { known, without } = restoredOf(state, view.callId);
  if (over && known !== undefined) {
    const before: Before = { kind: 'version', version: known.version };
    const notifications = viewNotifications(before, view);
    return { ...overSinceReload(without, view, at), notifications };
  }
  const ignored = state.ignoredBefore.includes(view.callId);
  const ignoredBefore = state.ignoredBefore.filter((callId) => callId !== view.callId);
  const next = ignored ? { ...state, ignoredBefore } : state;
  const standing =
    over || isLeft(state, view.callId)
      ? 'over'
      : isHeldHere(view) && known !== undefined
        ? 'held'
        : ignored && ringsHere(view)
          ? 'ignored'
          : 'waiting';
  return step(putAside(next, { view, deadline: ringDeadline(next, view), standing }));
}

function overSinceReload(state: EngineState, view: CallView, at: number): Step {
  return state.call.phase === 'idle'
    ? endedByView(state, view, at)
    : step(putAside(state, { view, deadline: null, standing: 'over' }));
}

function updateAside(state: EngineState, aside: Aside, view: CallView, at: number): Step {
  const fresh = ringDeadline(state, view);
  if (invitesAnew(aside.view, view)) {
    const rung: Aside = { ...aside, view, deadline: fresh, standing: 'waiting' };
    return dropFarewells(putAside(state, rung), view.callId);
  }
  // What was still said of a call that is left here crossed the hang-up: its end is what counts.
  if (isLeft(state, view.callId) && !isOver(view)) return step(state);
  const standing = standingNow(aside, view);
  const deadline = earlier(aside.deadline, fresh);
  const next = putAside(state, { ...aside, view, deadline, standing });
  if (!isTold(aside)) return step(next);
  const notifications = viewNotifications({ kind: 'view', view: aside.view }, view);
  const free = next.call.phase === 'idle' && notifications.length > 0 && isOver(view);
  const ending = endingOf(view);
  return step(
    free ? withCall(next, { phase: 'ended', facts: view, ending, at }) : next,
    [],
    notifications,
  );
}

function standingNow(aside: Aside, view: CallView): Aside['standing'] {
  if (isOver(view)) return 'over';
  // It came here by a join whose answer was waited for no longer.
  if (seatHere(view) && actsElsewhere(aside.view)) return 'waiting';
  return isHeldHere(view) && isTold(aside) ? 'held' : aside.standing;
}

/** When this device is free: the call that waits for it, if any. */
export function adoptNext(state: EngineState, at: number): Step {
  const { phase } = state.call;
  if (state.account === null || (phase !== 'idle' && phase !== 'ended')) return step(state);
  const next =
    state.aside.find((one) => one.standing !== 'over' && isMine(state, one.view)) ??
    state.aside.find((one) => isWaiting(one) && mayRing(state, one, at));
  return next === undefined ? step(state) : adopt(state, next);
}

/** Not one that the user has left; while one taken back is not identified yet, it may be that. */
function isMine(state: EngineState, view: CallView): boolean {
  return actsHere(view) && !maybeWithdrawn(state) && !isLeft(state, view.callId);
}

/** Until the sync is applied, what is heard may be of long ago: the tab slept, and all came at once. */
function mayRing({ link }: EngineState, { view, deadline }: Aside, at: number): boolean {
  return link.status === 'online' && ringsHere(view) && (deadline === null || deadline > at);
}

const isWaiting = ({ standing }: Aside): boolean => standing === 'waiting' || standing === 'rung';

/** This device is in a call: who rings it besides is told now, and shown as waiting. */
export function announceWaiting(state: EngineState, at: number): Step {
  if (!isParty(state.call)) return step(state);
  const news = state.aside.filter((one) => one.standing === 'waiting' && mayRing(state, one, at));
  return news.reduce((told, one) => {
    const { view } = one;
    const notifications = viewNotifications({ kind: 'first' }, view);
    return then(told, (next) =>
      step(
        putAside(next, { ...one, standing: 'rung' }),
        ringEffects(next, view.callId),
        notifications,
      ),
    );
  }, step(state));
}

/** Shows a call that was kept aside; `media`: a command's answer has brought the token. */
export function adopt(
  state: EngineState,
  { view, deadline, standing, tracks, commandId }: Aside,
  media: MediaAccess | null = null,
): Step {
  const { known, without } = restoredOf(state, view.callId);
  const fresh: Before =
    known === undefined ? { kind: 'first' } : { kind: 'version', version: known.version };
  const before = toldOf(state, view.callId, fresh);
  const here: EngineState = {
    ...takeAside(ringAside(without), view.callId),
    trouble: state.trouble?.about === 'call' ? null : state.trouble,
  };
  if (actsHere(view)) {
    const way = media ?? (commandId === undefined ? 'access' : 'answer');
    const wished = tracks ?? wishedTracks(known?.microphone ?? false, known?.camera ?? false);
    return becomeParty(here, view, before, { tracks: wished, way });
  }
  const ring = { view, deadline };
  return step(
    withCall(
      here,
      commandId !== undefined && tracks !== undefined
        ? { phase: 'answering', ...ring, commandId, tracks }
        : { phase: 'incoming', ...ring, wished: tracks ?? null },
    ),
    standing === 'rung' ? [] : ringEffects(here, view.callId),
    viewNotifications(before, view),
  );
}

function ringEffects(state: EngineState, callId: CallId): readonly CallEffect[] {
  const { mediaUrl } = state.server;
  const alerted: CallEffect = {
    type: 'send-command',
    id: null,
    command: { type: 'alerted', callId },
    delivery: 'patient',
  };
  return mediaUrl === '' ? [alerted] : [alerted, { type: 'prepare-media', url: mediaUrl }];
}

/** A command's answer brought the newest word on a call that this device shows. */
export function applyAnswer(
  state: EngineState,
  view: CallView,
  media: MediaAccess | null,
  at: number,
): Step {
  return then(applyView(state, view, at), (next) => {
    const { call } = next;
    if (!isParty(call) || call.view.callId !== view.callId || call.media.stage !== 'answer') {
      return step(next);
    }
    const entered = media === null ? askAccess(call) : joinMedia(call, media);
    return step(withCall(next, entered.party), entered.effects);
  });
}
