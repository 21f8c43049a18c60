import type {
  Answer,
  CallView,
  Command,
  CommandOf,
  CommandType,
  ErrorShape,
  Results,
} from '../../protocol/index.ts';
import {
  findBackgroundCall,
  endCallByView,
  endCallHere,
  setBackgroundCall,
  removeBackgroundCall,
  baselineOf,
} from './end-call.ts';
import { isActiveCall, type EngineState } from '../state/call-state.ts';
import {
  queueTermination,
  terminationAcked,
  isTermination,
  compensate,
} from '../state/pending-termination.ts';
import { enterMedia, joinMedia, retryMedia } from './media-join.ts';
import { applyAccessResult, applyView, enterCall } from './on-call-view.ts';
import { onHoldResult, onAcceptWaitingResult, onAcceptWaitingRejected } from './on-second-call.ts';
import { requestSync, onSyncResult, markUnknown } from './on-sync.ts';
import {
  withoutError,
  toErrorShape,
  rejectIntent,
  resolveIntent,
  result,
  chain,
  withError,
  withCall,
  type TransitionResult,
} from '../state/transition-result.ts';
import { setTrack } from './local-tracks.ts';
import {
  isActiveElsewhere,
  isActiveHere,
  isHeldHere,
  isOverHere,
} from '../state/call-view-selectors.ts';
import { viewNotifications, type Baseline } from '../notifications/call-notifications.ts';

/** Applies the acknowledgement of a command. */
export function onCommandResult(
  state: EngineState,
  command: Command,
  answer: Answer,
  at: number,
): TransitionResult {
  const known = isTermination(command) ? terminationAcked(state, command) : state;
  // After signing out only the promise of the command remains.
  if (known.account === null) {
    return result(known, [
      answer.ok ? resolveIntent(command.id) : rejectIntent(command.id, answer.error),
    ]);
  }
  if (!answer.ok) {
    return command.type === 'renew-user-sig'
      ? onRenewalRefused(known, command, answer.error)
      : onCommandRejected(known, command, answer.error, at);
  }
  // The signal client decodes the acknowledgement by the command's type, so both types match.
  return RESULT_HANDLERS[command.type](known, command as never, answer as never, at);
}

type ResultHandler<T extends CommandType> = (
  state: EngineState,
  command: CommandOf<T>,
  result: Results[T],
  at: number,
) => TransitionResult;

const RESULT_HANDLERS: { readonly [T in CommandType]: ResultHandler<T> } = {
  call: onCallResult,
  cancel: (state, _, { call }) =>
    result(
      call === null
        ? state
        : setBackgroundCall(state, { view: call, deadline: null, status: 'ended' }),
    ),
  accept: (state, command, result, at) =>
    onAcceptWaitingResult(state, command, result, at) ??
    chain(applyAccessResult(state, result.call, result.media, at), (next) =>
      returnToRing(next, [resolveIntent(command.id)]),
    ),
  join: onJoinResult,
  'join-group': onJoinResult,
  reject: (state, _, { call }, at) => applyView(state, call, at),
  hangup: (state, _, { call }, at) => applyView(state, call, at),
  alerted: (state, _, { call }, at) => applyView(state, call, at),
  invite: (state, { id }, { call }, at) =>
    chain(applyView(state, call, at), (next) => result(next, [resolveIntent(id)])),
  'switch-media-type': onMediaTypeResult,
  'media-access': (state, { callId }, { media }) => {
    const { call } = state;
    if (
      !isActiveCall(call) ||
      call.view.callId !== callId ||
      call.media.status !== 'requesting-access'
    ) {
      return result(state);
    }
    const joining = joinMedia(call, media);
    return result(withCall(state, joining.activeCall), joining.effects);
  },
  'media-failed': (state) => result(state),
  'report-quality': (state) => result(state),
  hold: onHoldResult,
  'recent-calls': (state, { id }, { calls, cursor }) =>
    result(state, [
      {
        type: 'settle',
        intentId: id,
        outcome: { ok: true, callId: null, page: { calls, cursor } },
      },
    ]),
  'delete-recent-calls': (state, { id }) => result(state, [resolveIntent(id)]),
  'set-push-target': (state, { id }) => result(state, [resolveIntent(id)]),
  sync: onSyncResult,
  'renew-user-sig': onRenewed,
  'set-self-info': (state, { id }, { nickname, avatar }) => {
    const { account } = state;
    return account === null
      ? result(state, [resolveIntent(id)])
      : result({ ...state, account: { ...account, nickname, avatar } }, [resolveIntent(id)]);
  },
};

/** The server may have withheld calls from a session with an expired userSig; a sync fetches them. */
function onRenewed(
  state: EngineState,
  { id }: CommandOf<'renew-user-sig'>,
  _: Results['renew-user-sig'],
  at: number,
): TransitionResult {
  const { account } = state;
  if (account === null) return result(state, [resolveIntent(id)]);
  const renewed: EngineState = { ...state, account: { ...account, userSig: 'valid' } };
  return chain(requestSync(withoutError(renewed, 'connection'), at), (next) =>
    result(next, [resolveIntent(id)]),
  );
}

/** The session continues with its current userSig until that expires. */
function onRenewalRefused(
  state: EngineState,
  { id }: CommandOf<'renew-user-sig'>,
  error: ErrorShape,
): TransitionResult {
  return chain(withError(state, 'connection', error), (next) =>
    result(next, [rejectIntent(id, error)]),
  );
}

function onCallResult(
  state: EngineState,
  { id }: CommandOf<'call'>,
  { call: ackedView }: Results['call'],
  at: number,
): TransitionResult {
  const { call } = state;
  if (call.phase !== 'dialing' || call.commandId !== id) return applyView(state, ackedView, at);
  const view = newestView(state, ackedView);
  const here = removeBackgroundCall(state, view.callId);
  const done = resolveIntent(id, view.callId);
  const before = baselineOf(state, view.callId, { kind: 'dialed' });
  const { tracks, deadline } = call;
  const next = isActiveHere(view)
    ? enterCall(here, view, before, { tracks, mediaAccess: 'requesting-access', deadline })
    : onDialedCallElsewhere(here, view, before, at);
  return chain(next, (after) => result(after, [done]));
}

/** Only the acknowledgement enters the call: a pushed view may be older than the join. */
function onJoinResult(
  state: EngineState,
  { id }: CommandOf<'join' | 'join-group'>,
  { call: ackedView, media }: Results['join'],
  at: number,
): TransitionResult {
  const { call } = state;
  const done = [resolveIntent(id, ackedView.callId)];
  if (call.phase !== 'joining' || call.commandId !== id) {
    return chain(applyView(state, ackedView, at), (next) => result(next, done));
  }
  const view = newestView(state, ackedView);
  if (!isActiveHere(view)) {
    const idle = withCall(state, { phase: 'idle' });
    return chain(applyView(idle, view, at), (next) => result(next, done));
  }
  const entry = { tracks: call.tracks, mediaAccess: media ?? 'requesting-access' } as const;
  const before = baselineOf(state, view.callId, { kind: 'first' });
  const entered = enterCall(removeBackgroundCall(state, view.callId), view, before, entry);
  return chain(entered, (next) => result(next, done));
}

/** The newer of the acknowledged view and a pushed one, which may have arrived first. */
function newestView(state: EngineState, ackedView: CallView): CallView {
  const pushed = findBackgroundCall(state, ackedView.callId)?.view;
  return pushed !== undefined && pushed.version > ackedView.version ? pushed : ackedView;
}

function onDialedCallElsewhere(
  state: EngineState,
  view: CallView,
  before: Baseline,
  at: number,
): TransitionResult {
  if (!isOverHere(view)) {
    return result(
      setBackgroundCall({ ...state, call: { phase: 'idle' } }, backgroundEntry(view, before)),
    );
  }
  const notifications = viewNotifications(before, view);
  return { ...endCallByView(state, view, at), notifications };
}

/** With glare: the other user's call still rings here. Otherwise: the user's own call is on hold. */
function backgroundEntry(view: CallView, before: Baseline) {
  const known = isHeldHere(view) && before.kind === 'view';
  return { view, deadline: null, status: known ? 'held' : 'pending' } as const;
}

function onMediaTypeResult(
  state: EngineState,
  { id, callId, mediaType }: CommandOf<'switch-media-type'>,
  { call: view }: Results['switch-media-type'],
  at: number,
): TransitionResult {
  return chain(applyView(state, view, at), (next) => {
    const { call } = next;
    const video =
      isActiveCall(call) && call.view.callId === callId && call.view.mediaType === 'video';
    if (!video || mediaType !== 'video') return result(next, [resolveIntent(id)]);
    // Only the device of the user who switched opens its camera.
    const opened = setTrack(call, 'camera', true);
    return result(withCall(next, opened.activeCall), [...opened.effects, resolveIntent(id)]);
  });
}

/** Returns from `answering` to `incoming` after an accept without effect. */
function returnToRing(state: EngineState, effects: TransitionResult['effects']): TransitionResult {
  const { call } = state;
  if (call.phase !== 'answering') return result(state, effects);
  const { view, deadline, tracks } = call;
  const ringing = withCall(state, { phase: 'incoming', view, deadline, unconfirmedTracks: tracks });
  return result(ringing, effects);
}

/** Handles a command that the server refused, or that timed out (from onCommandFailed). */
function onCommandRejected(
  state: EngineState,
  command: Command,
  error: ErrorShape,
  at: number,
): TransitionResult {
  const { call } = state;
  switch (command.type) {
    case 'call':
      return onCallRejected(state, command, error);
    case 'accept':
      return (
        onAcceptWaitingRejected(state, command, error, at) ??
        onAcceptRejected(state, command, error, at)
      );
    case 'join':
    case 'join-group': {
      const joining = call.phase === 'joining' && call.commandId === command.id;
      const next = joining ? withCall(state, { phase: 'idle' }) : state;
      return chain(onMissingAccess(next), (after) =>
        result(after, [rejectIntent(command.id, error)]),
      );
    }
    case 'media-access':
      return onAccessRejected(state, command, error, at);
    case 'cancel':
    case 'sync':
    case 'alerted':
    case 'media-failed':
    case 'report-quality':
      return result(state);
    case 'hangup':
    case 'reject':
      return result(error.name === 'call-not-found' ? markUnknown(state, command.callId) : state);
    default:
      return result(state, [rejectIntent(command.id, error)]);
  }
}

function onCallRejected(
  state: EngineState,
  { id }: CommandOf<'call'>,
  error: ErrorShape,
): TransitionResult {
  const { call } = state;
  const effects = [rejectIntent(id, error)];
  if (call.phase !== 'dialing' || call.commandId !== id) return result(state, effects);
  return chain(withError(withCall(state, { phase: 'idle' }), 'call', error), (next) =>
    result(next, effects),
  );
}

function onAcceptRejected(
  state: EngineState,
  { id }: CommandOf<'accept'>,
  error: ErrorShape,
  at: number,
): TransitionResult {
  const { call } = state;
  const effects = [rejectIntent(id, error)];
  if (call.phase !== 'answering' || call.commandId !== id) {
    return chain(onMissingAccess(state), (next) => result(next, effects));
  }
  if (error.name === 'call-not-found') {
    return chain(endCallHere(state, 'ended-by-server', null, at), (next) => result(next, effects));
  }
  return chain(withError(state, 'call', error, call.view.callId), (next) =>
    returnToRing(next, effects),
  );
}

function onAccessRejected(
  state: EngineState,
  { callId }: CommandOf<'media-access'>,
  error: ErrorShape,
  at: number,
): TransitionResult {
  const { call } = state;
  const asked = isActiveCall(call) && call.view.callId === callId;
  if (!asked || call.media.status !== 'requesting-access') return result(state);
  const failure = error.name === 'media-failed' ? toErrorShape(error) : call.media.failure;
  return retryMedia(state, { ...call, media: { ...call.media, failure } }, at);
}

/** Requests media access if the acknowledgement that would have brought it will not arrive. */
function onMissingAccess(state: EngineState): TransitionResult {
  const { call } = state;
  return isActiveCall(call) && call.media.status === 'awaiting-ack'
    ? enterMedia(state, call)
    : result(state);
}

/** Handles a command that timed out: undoes a call or join that the server may have processed. */
export function onCommandFailed(
  state: EngineState,
  command: Command,
  error: ErrorShape,
  at: number,
): TransitionResult {
  const { account, call } = state;
  if (account === null) return result(state, [rejectIntent(command.id, error)]);
  const rejected = onCommandRejected(state, command, error, at);
  const pending = call.phase === 'dialing' || call.phase === 'joining';
  if (!pending || call.commandId !== command.id || isMovingHere(state)) return rejected;
  return chain(rejected, (next) => queueTermination(next, compensate(call)));
}

/** The pending join moves the seat from another session: a hang-up would end the call there. */
function isMovingHere({ call, backgroundCalls }: EngineState): boolean {
  if (call.phase !== 'joining') return false;
  const { callId } = call;
  return backgroundCalls.some(
    ({ view }) => isActiveElsewhere(view) && (callId ?? view.callId) === view.callId,
  );
}
