import type { CallId, CallView, MediaAccess } from '../../protocol/index.ts';
import {
  findBackgroundCall,
  endCallByView,
  isNotified,
  setBackgroundCall,
  takeRestored,
  moveRingToBackground,
  removeBackgroundCall,
  baselineOf,
} from './end-call.ts';
import {
  isActiveCall,
  NO_TRACKS,
  wantedTracks,
  type BackgroundCall,
  type EngineState,
  type IncomingCall,
  type AnsweringCall,
  type ActiveCall,
  type Tracks,
} from '../state/call-state.ts';
import type { CallEffect } from '../state/effects.ts';
import {
  dropTerminations,
  isTerminating,
  hasUnresolvedCancel,
} from '../state/pending-termination.ts';
import { requestMediaAccess, joinMedia, INITIAL_MEDIA, isRoomReplaced } from './media-join.ts';
import {
  earlierDeadline,
  updateClockOffset,
  toLocalTime,
  ringDeadline,
} from '../state/server-clock.ts';
import { putOnHold } from './on-hold.ts';
import { result, chain, withCall, type TransitionResult } from '../state/transition-result.ts';
import { closeVideoTracks, restrictTracks, openWantedTracks } from './local-tracks.ts';
import {
  isActiveElsewhere,
  isActiveHere,
  endingOf,
  wasConnectedHere,
  isNewInvitation,
  isSuperseded,
  syntheticEnding,
  isHeldHere,
  isOverHere,
  ownMember,
  isRingingHere,
  isJoinedHere,
} from '../state/call-view-selectors.ts';
import { viewNotifications, type Baseline } from '../notifications/call-notifications.ts';

/** Applies a call view of a push, an acknowledgement or a sync. An older view than the known one has no effect. */
export function applyView(state: EngineState, view: CallView, at: number): TransitionResult {
  const known = updateClockOffset(state, view.serverNow, at);
  const { call } = known;
  const isShown = 'view' in call && call.view.callId === view.callId;
  const before = isShown ? call : findBackgroundCall(known, view.callId);
  if (before === undefined) return onUnknownCall(known, view, at);
  if (view.version < before.view.version) return result(known);
  if (view.version === before.view.version) return result(shortenRing(known, view));
  if (!isSuperseded(before.view, view)) return updateKnownCall(known, before, view, at);
  return chain(updateKnownCall(known, before, syntheticEnding(before.view, view), at), (next) =>
    applyView(next, view, at),
  );
}

function updateKnownCall(
  state: EngineState,
  before: BackgroundCall | IncomingCall | AnsweringCall | ActiveCall,
  view: CallView,
  at: number,
): TransitionResult {
  if (!('phase' in before)) return updateBackgroundCall(state, before, view, at);
  return isActiveCall(before)
    ? updateActiveCall(state, before, view, at)
    : updateRing(state, before, view, at);
}

/** Applies the remaining ring time of a repeated view; the earlier deadline holds. */
function shortenRing(state: EngineState, view: CallView): EngineState {
  const fresh = ringDeadline(state, view);
  const { call } = state;
  if (call.phase === 'incoming' && call.view.callId === view.callId) {
    const deadline = earlierDeadline(call.deadline, fresh);
    return deadline === call.deadline ? state : withCall(state, { ...call, deadline });
  }
  const backgroundCall = findBackgroundCall(state, view.callId);
  if (backgroundCall === undefined) return state;
  const deadline = earlierDeadline(backgroundCall.deadline, fresh);
  return deadline === backgroundCall.deadline
    ? state
    : setBackgroundCall(state, { ...backgroundCall, deadline });
}

function updateRing(
  state: EngineState,
  call: IncomingCall | AnsweringCall,
  view: CallView,
  at: number,
): TransitionResult {
  const before: Baseline = { kind: 'view', view: call.view };
  const answering = call.phase === 'answering';
  // The server gave this session the seat without an accept of the user: no track may open.
  const tracks = answering ? call.tracks : (call.unconfirmedTracks ?? NO_TRACKS);
  if (isActiveHere(view)) {
    return enterCall(state, view, before, {
      tracks,
      mediaAccess: answering ? 'awaiting-ack' : 'requesting-access',
    });
  }
  const notifications = viewNotifications(before, view);
  if (isOverHere(view)) return { ...endCallByView(state, view, at), notifications };
  // Answered and then put on hold for a resumed call, before this device got either view.
  if (isHeldHere(view)) return { ...putOnHold(state, view, tracks), notifications };
  const deadline = earlierDeadline(call.deadline, ringDeadline(state, view));
  return result(withCall(state, { ...call, view, deadline }), [], notifications);
}

function updateActiveCall(
  state: EngineState,
  activeCall: ActiveCall,
  view: CallView,
  at: number,
): TransitionResult {
  const notifications = viewNotifications({ kind: 'view', view: activeCall.view }, view);
  if (isOverHere(view)) return { ...endCallByView(state, view, at), notifications };
  if (isHeldHere(view)) return { ...putOnHold(state, view, activeCall.tracks), notifications };
  const next = withPhase(state, { ...activeCall, view });
  const muted =
    activeCall.view.mediaType === 'video' && view.mediaType === 'audio'
      ? closeVideoTracks(next)
      : { activeCall: next, effects: [] };
  if (!isRoomReplaced(muted.activeCall, view)) {
    return result(withCall(state, muted.activeCall), muted.effects, notifications);
  }
  const media = { ...muted.activeCall.media, failures: 0 };
  const requested = requestMediaAccess({ ...muted.activeCall, media });
  return result(
    withCall(state, requested.activeCall),
    [...muted.effects, ...requested.effects],
    notifications,
  );
}

/** Sets phase `in-call` and the start time once the call has connected; otherwise stays `outgoing`. */
function withPhase(state: EngineState, activeCall: ActiveCall): ActiveCall {
  if (!wasConnectedHere(activeCall.view)) return activeCall;
  const joinedAt = ownMember(activeCall.view)?.joinedAt ?? activeCall.view.serverNow;
  return {
    ...activeCall,
    phase: 'in-call',
    deadline: null,
    startedAt: activeCall.startedAt ?? toLocalTime(state, joinedAt),
  };
}

interface MediaEntry {
  readonly tracks: Tracks;
  /** `awaiting-ack`: the acknowledgement of a pending command brings the media access. */
  readonly mediaAccess: 'awaiting-ack' | 'requesting-access' | MediaAccess;
  readonly deadline?: number | null;
}

/** Makes a call the current one after the server has given this session the seat; tracks may open. */
export function enterCall(
  state: EngineState,
  view: CallView,
  before: Baseline,
  { tracks, mediaAccess, deadline = null }: MediaEntry,
): TransitionResult {
  const activeCall = withPhase(state, {
    phase: 'outgoing',
    view,
    deadline,
    startedAt: null,
    media: { ...INITIAL_MEDIA, epoch: view.mediaEpoch },
    tracks: restrictTracks(tracks, view.mediaType),
    remotes: {},
    lastNotified: { volumesAt: null, silent: true, networkAt: null },
  });
  const entered = startMedia(activeCall, mediaAccess);
  const opened = openWantedTracks(entered.activeCall);
  return result(
    withCall(state, opened.activeCall),
    [...entered.effects, ...opened.effects],
    viewNotifications(before, view),
  );
}

function startMedia(
  activeCall: ActiveCall,
  access: MediaEntry['mediaAccess'],
): { activeCall: ActiveCall; effects: readonly CallEffect[] } {
  if (access === 'awaiting-ack') return { activeCall, effects: [] };
  return access === 'requesting-access'
    ? requestMediaAccess(activeCall)
    : joinMedia(activeCall, access);
}

/** Adds an unknown call to the background calls; showNextCall() shows it when this device is free. */
function onUnknownCall(state: EngineState, view: CallView, at: number): TransitionResult {
  const over = isOverHere(view);
  const { known, without } = takeRestored(state, view.callId);
  if (over && known !== undefined) {
    const before: Baseline = { kind: 'version', version: known.version };
    const notifications = viewNotifications(before, view);
    return { ...endedSinceReload(without, view, at), notifications };
  }
  const ignored = state.restoredIgnored.includes(view.callId);
  const ignoredBefore = state.restoredIgnored.filter((callId) => callId !== view.callId);
  const next = ignored ? { ...state, restoredIgnored: ignoredBefore } : state;
  const status =
    over || isTerminating(state, view.callId)
      ? 'ended'
      : isHeldHere(view) && known !== undefined
        ? 'held'
        : ignored && isRingingHere(view)
          ? 'ignored'
          : 'pending';
  return result(setBackgroundCall(next, { view, deadline: ringDeadline(next, view), status }));
}

function endedSinceReload(state: EngineState, view: CallView, at: number): TransitionResult {
  return state.call.phase === 'idle'
    ? endCallByView(state, view, at)
    : result(setBackgroundCall(state, { view, deadline: null, status: 'ended' }));
}

function updateBackgroundCall(
  state: EngineState,
  backgroundCall: BackgroundCall,
  view: CallView,
  at: number,
): TransitionResult {
  const fresh = ringDeadline(state, view);
  if (isNewInvitation(backgroundCall.view, view)) {
    const invited: BackgroundCall = { ...backgroundCall, view, deadline: fresh, status: 'pending' };
    return dropTerminations(setBackgroundCall(state, invited), view.callId);
  }
  // The view crossed the hang-up of this device; only the end of the call matters now.
  if (isTerminating(state, view.callId) && !isOverHere(view)) return result(state);
  const status = nextStatus(backgroundCall, view);
  const deadline = earlierDeadline(backgroundCall.deadline, fresh);
  const next = setBackgroundCall(state, { ...backgroundCall, view, deadline, status });
  if (!isNotified(backgroundCall)) return result(next);
  const notifications = viewNotifications({ kind: 'view', view: backgroundCall.view }, view);
  const free = next.call.phase === 'idle' && notifications.length > 0 && isOverHere(view);
  const ending = endingOf(view);
  return result(
    free ? withCall(next, { phase: 'ended', details: view, ending, at }) : next,
    [],
    notifications,
  );
}

function nextStatus(backgroundCall: BackgroundCall, view: CallView): BackgroundCall['status'] {
  if (isOverHere(view)) return 'ended';
  // A join that timed out here has moved the seat to this session.
  if (isJoinedHere(view) && isActiveElsewhere(backgroundCall.view)) return 'pending';
  return isHeldHere(view) && isNotified(backgroundCall) ? 'held' : backgroundCall.status;
}

/** Shows the next background call when this device is free. */
export function showNextCall(state: EngineState, at: number): TransitionResult {
  const { phase } = state.call;
  if (state.account === null || (phase !== 'idle' && phase !== 'ended')) return result(state);
  const next =
    state.backgroundCalls.find((one) => one.status !== 'ended' && isOwnCall(state, one.view)) ??
    state.backgroundCalls.find((one) => isUnannounced(one) && canRing(state, one, at));
  return next === undefined ? result(state) : showBackgroundCall(state, next);
}

/** This session holds the seat and the user has not left the call. A pending cancel may concern this call. */
function isOwnCall(state: EngineState, view: CallView): boolean {
  return isActiveHere(view) && !hasUnresolvedCancel(state) && !isTerminating(state, view.callId);
}

/** Whether a call may start to ring. Until the sync is applied, views may be outdated by a sleeping tab. */
function canRing(
  { connection }: EngineState,
  { view, deadline }: BackgroundCall,
  at: number,
): boolean {
  return (
    connection.status === 'online' && isRingingHere(view) && (deadline === null || deadline > at)
  );
}

const isUnannounced = ({ status }: BackgroundCall): boolean =>
  status === 'pending' || status === 'ringing';

/** Notifies the calls that ring while this device is in a call. */
export function notifyWaitingCalls(state: EngineState, at: number): TransitionResult {
  if (!isActiveCall(state.call)) return result(state);
  const unnotified = state.backgroundCalls.filter(
    (one) => one.status === 'pending' && canRing(state, one, at),
  );
  return unnotified.reduce((done, one) => {
    const { view } = one;
    const notifications = viewNotifications({ kind: 'first' }, view);
    return chain(done, (next) =>
      result(
        setBackgroundCall(next, { ...one, status: 'ringing' }),
        ringEffects(next, view.callId),
        notifications,
      ),
    );
  }, result(state));
}

/** Makes a background call the current one. `media`: the media access of an acknowledgement. */
export function showBackgroundCall(
  state: EngineState,
  { view, deadline, status, tracks, commandId }: BackgroundCall,
  media: MediaAccess | null = null,
): TransitionResult {
  const { known, without } = takeRestored(state, view.callId);
  const fresh: Baseline =
    known === undefined ? { kind: 'first' } : { kind: 'version', version: known.version };
  const before = baselineOf(state, view.callId, fresh);
  const here: EngineState = {
    ...removeBackgroundCall(moveRingToBackground(without), view.callId),
    activeError: state.activeError?.scope === 'call' ? null : state.activeError,
  };
  if (isActiveHere(view)) {
    const mediaAccess = media ?? (commandId === undefined ? 'requesting-access' : 'awaiting-ack');
    const wanted = tracks ?? wantedTracks(known?.microphone ?? false, known?.camera ?? false);
    return enterCall(here, view, before, { tracks: wanted, mediaAccess });
  }
  const ring = { view, deadline };
  return result(
    withCall(
      here,
      commandId !== undefined && tracks !== undefined
        ? { phase: 'answering', ...ring, commandId, tracks }
        : { phase: 'incoming', ...ring, unconfirmedTracks: tracks ?? null },
    ),
    status === 'ringing' ? [] : ringEffects(here, view.callId),
    viewNotifications(before, view),
  );
}

function ringEffects(state: EngineState, callId: CallId): readonly CallEffect[] {
  const { mediaUrl } = state.server;
  const alerted: CallEffect = {
    type: 'send-command',
    id: null,
    command: { type: 'alerted', callId },
    delivery: 'interactive',
  };
  return mediaUrl === '' ? [alerted] : [alerted, { type: 'prepare-media', url: mediaUrl }];
}

/** Applies the view and the media access of an acknowledgement. */
export function applyAccessResult(
  state: EngineState,
  view: CallView,
  media: MediaAccess | null,
  at: number,
): TransitionResult {
  return chain(applyView(state, view, at), (next) => {
    const { call } = next;
    if (
      !isActiveCall(call) ||
      call.view.callId !== view.callId ||
      call.media.status !== 'awaiting-ack'
    ) {
      return result(next);
    }
    const entered = media === null ? requestMediaAccess(call) : joinMedia(call, media);
    return result(withCall(next, entered.activeCall), entered.effects);
  });
}
