import type {
  Answer,
  CallView,
  Command,
  CommandOf,
  CommandType,
  ErrorShape,
  Results,
} from '../protocol/index.ts';
import { asideOf, endedByView, endedHere, putAside, takeAside, toldOf } from './call-over.ts';
import { isParty, type EngineState } from './call-state.ts';
import { bidFarewell, farewellHeard, isFarewell, takeBack } from './farewell.ts';
import { enter, joinMedia, tryAgain } from './media-way.ts';
import { applyAnswer, applyView, becomeParty } from './on-view.ts';
import { onHeld, onWaitingAccepted, onWaitingRefused } from './on-second-call.ts';
import { askSync, onSynced, unknown } from './on-synced.ts';
import { cleared, refused, settled, step, then, troubled, withCall, type Step } from './step.ts';
import { turn } from './tracks.ts';
import { actsElsewhere, actsHere, isHeldHere, isOver } from './view-facts.ts';
import { viewNotifications, type Before } from './view-notifications.ts';

/** The server has answered a command. */
export function onAnswered(state: EngineState, command: Command, answer: Answer, at: number): Step {
  const known = isFarewell(command) ? farewellHeard(state, command) : state;
  // Signed out meanwhile: only the promise of the command is left of it.
  if (known.account === null) {
    return step(known, [answer.ok ? settled(command.id) : refused(command.id, answer.error)]);
  }
  if (!answer.ok) {
    return command.type === 'renew-user-sig'
      ? onRenewalRefused(known, command, answer.error)
      : onRefused(known, command, answer.error, at);
  }
  // The signal client decoded the answer for this very command: its type names the result's.
  return ACCEPTED[command.type](known, command as never, answer as never, at);
}

type Accepted<T extends CommandType> = (
  state: EngineState,
  command: CommandOf<T>,
  result: Results[T],
  at: number,
) => Step;

const ACCEPTED: { readonly [T in CommandType]: Accepted<T> } = {
  call: onCalled,
  cancel: (state, _, { call }) =>
    step(call === null ? state : putAside(state, { view: call, deadline: null, standing: 'over' })),
  accept: (state, command, result, at) =>
    onWaitingAccepted(state, command, result, at) ??
    then(applyAnswer(state, result.call, result.media, at), (next) =>
      backToRing(next, [settled(command.id)]),
    ),
  join: onEntered,
  'join-group': onEntered,
  reject: (state, _, { call }, at) => applyView(state, call, at),
  hangup: (state, _, { call }, at) => applyView(state, call, at),
  alerted: (state, _, { call }, at) => applyView(state, call, at),
  invite: (state, { id }, { call }, at) =>
    then(applyView(state, call, at), (next) => step(next, [settled(id)])),
  'switch-media-type': onSwitched,
  'media-access': (state, { callId }, { media }) => {
    const { call } = state;
    if (!isParty(call) || call.view.callId !== callId || call.media.stage !== 'access') {
      return step(state);
    }
    const joining = joinMedia(call, media);
    return step(withCall(state, joining.party), joining.effects);
  },
  hold: onHeld,
  'recent-calls': (state, { id }, { calls, cursor }) =>
    step(state, [
      { type: 'settle', intent: id, outcome: { ok: true, callId: null, page: { calls, cursor } } },
    ]),
  'delete-recent-calls': (state, { id }) => step(state, [settled(id)]),
  sync: onSynced,
  'renew-user-sig': onRenewed,
  'set-self-info': (state, { id }, { nickname, avatar }) => {
    const { account } = state;
    return account === null
      ? step(state, [settled(id)])
      : step({ ...state, account: { ...account, nickname, avatar } }, [settled(id)]);
  },
};

/** The server may have kept calls from a session whose userSig had ended: they are asked for. */
function onRenewed(
  state: EngineState,
  { id }: CommandOf<'renew-user-sig'>,
  _: Results['renew-user-sig'],
  at: number,
): Step {
  const { account } = state;
  if (account === null) return step(state, [settled(id)]);
  const renewed: EngineState = { ...state, account: { ...account, userSig: 'valid' } };
  return then(askSync(cleared(renewed, 'link'), at), (next) => step(next, [settled(id)]));
}

/** The session goes on with the userSig it has, for as long as that lasts. */
function onRenewalRefused(
  state: EngineState,
  { id }: CommandOf<'renew-user-sig'>,
  error: ErrorShape,
): Step {
  return then(troubled(state, 'link', error), (next) => step(next, [refused(id, error)]));
}

function onCalled(
  state: EngineState,
  { id }: CommandOf<'call'>,
  { call: answered }: Results['call'],
  at: number,
): Step {
  const { call } = state;
  if (call.phase !== 'calling' || call.commandId !== id) return applyView(state, answered, at);
  const view = newest(state, answered);
  const here = takeAside(state, view.callId);
  const done = settled(id, view.callId);
  const before = toldOf(state, view.callId, { kind: 'draft' });
  const { tracks, deadline } = call;
  const next = actsHere(view)
    ? becomeParty(here, view, before, { tracks, way: 'access', deadline })
    : draftIsOver(here, view, before, at);
  return then(next, (after) => step(after, [done]));
}

/** Only the answer brings into the call: a view on the way may be older than the wish to join. */
function onEntered(
  state: EngineState,
  { id }: CommandOf<'join' | 'join-group'>,
  { call: answered, media }: Results['join'],
  at: number,
): Step {
  const { call } = state;
  const done = [settled(id, answered.callId)];
  if (call.phase !== 'entering' || call.commandId !== id) {
    return then(applyView(state, answered, at), (next) => step(next, done));
  }
  const view = newest(state, answered);
  if (!actsHere(view)) {
    const idle = withCall(state, { phase: 'idle' });
    return then(applyView(idle, view, at), (next) => step(next, done));
  }
  const way = { tracks: call.tracks, way: media ?? 'access' } as const;
  const before = toldOf(state, view.callId, { kind: 'first' });
  const entered = becomeParty(takeAside(state, view.callId), view, before, way);
  return then(entered, (next) => step(next, done));
}

/** A push may have been faster than the answer. */
function newest(state: EngineState, answered: CallView): CallView {
  const pushed = asideOf(state, answered.callId)?.view;
  return pushed !== undefined && pushed.version > answered.version ? pushed : answered;
}

function draftIsOver(state: EngineState, view: CallView, before: Before, at: number): Step {
  if (!isOver(view)) {
    return step(putAside({ ...state, call: { phase: 'idle' } }, besides(view, before)));
  }
  const notifications = viewNotifications(before, view);
  return { ...endedByView(state, view, at), notifications };
}

/** The other's call rings here still, and was not taken as answered; or it is the user's own, on hold. */
function besides(view: CallView, before: Before) {
  const known = isHeldHere(view) && before.kind === 'view';
  return { view, deadline: null, standing: known ? 'held' : 'waiting' } as const;
}

function onSwitched(
  state: EngineState,
  { id, callId, mediaType }: CommandOf<'switch-media-type'>,
  { call: view }: Results['switch-media-type'],
  at: number,
): Step {
  return then(applyView(state, view, at), (next) => {
    const { call } = next;
    const video = isParty(call) && call.view.callId === callId && call.view.mediaType === 'video';
    if (!video || mediaType !== 'video') return step(next, [settled(id)]);
    // Only the device whose user asked for a picture opens its camera.
    const opened = turn(call, 'camera', true);
    return step(withCall(next, opened.party), [...opened.effects, settled(id)]);
  });
}

/** An accept that changed nothing leaves the ring as it was. */
function backToRing(state: EngineState, effects: Step['effects']): Step {
  const { call } = state;
  if (call.phase !== 'answering') return step(state, effects);
  const { view, deadline, tracks } = call;
  const ringing = withCall(state, { phase: 'incoming', view, deadline, wished: tracks });
  return step(ringing, effects);
}

/** Refused by the server, or (from onFailed) not answered while someone waited. */
export function onRefused(
  state: EngineState,
  command: Command,
  error: ErrorShape,
  at: number,
): Step {
  const { call } = state;
  switch (command.type) {
    case 'call':
      return callRefused(state, command, error);
    case 'accept':
      return (
        onWaitingRefused(state, command, error, at) ?? acceptRefused(state, command, error, at)
      );
    case 'join':
    case 'join-group': {
      const entering = call.phase === 'entering' && call.commandId === command.id;
      const next = entering ? withCall(state, { phase: 'idle' }) : state;
      return then(onAnswerMissing(next), (after) => step(after, [refused(command.id, error)]));
    }
    case 'media-access': {
      const asked = isParty(call) && call.view.callId === command.callId;
      return asked && call.media.stage === 'access' ? tryAgain(state, call, at) : step(state);
    }
    case 'cancel':
    case 'sync':
    case 'alerted':
      return step(state);
    case 'hangup':
    case 'reject':
      return step(error.name === 'call-not-found' ? unknown(state, command.callId) : state);
    default:
      return step(state, [refused(command.id, error)]);
  }
}

function callRefused(state: EngineState, { id }: CommandOf<'call'>, error: ErrorShape): Step {
  const { call } = state;
  const effects = [refused(id, error)];
  if (call.phase !== 'calling' || call.commandId !== id) return step(state, effects);
  return then(troubled(withCall(state, { phase: 'idle' }), 'call', error), (next) =>
    step(next, effects),
  );
}

function acceptRefused(
  state: EngineState,
  { id }: CommandOf<'accept'>,
  error: ErrorShape,
  at: number,
): Step {
  const { call } = state;
  const effects = [refused(id, error)];
  if (call.phase !== 'answering' || call.commandId !== id) {
    return then(onAnswerMissing(state), (next) => step(next, effects));
  }
  if (error.name === 'call-not-found') {
    return then(endedHere(state, 'ended-by-server', null, at), (next) => step(next, effects));
  }
  return then(troubled(state, 'call', error, call.view.callId), (next) =>
    backToRing(next, effects),
  );
}

/** The answer that was to bring the token will not come: the view came first, ask for one. */
function onAnswerMissing(state: EngineState): Step {
  const { call } = state;
  return isParty(call) && call.media.stage === 'answer' ? enter(state, call) : step(state);
}

/** Given up: nobody knows whether the server has done it. What may have been begun is taken back. */
export function onFailed(
  state: EngineState,
  command: Command,
  error: ErrorShape,
  at: number,
): Step {
  const { account, call } = state;
  if (account === null) return step(state, [refused(command.id, error)]);
  const given = onRefused(state, command, error, at);
  const asking = call.phase === 'calling' || call.phase === 'entering';
  if (!asking || call.commandId !== command.id || isMoving(state)) return given;
  return then(given, (next) => bidFarewell(next, takeBack(call)));
}

/** On its way here from another device: whichever has it then, the call must not end for that. */
function isMoving({ call, aside }: EngineState): boolean {
  if (call.phase !== 'entering') return false;
  const { callId } = call;
  return aside.some(({ view }) => actsElsewhere(view) && (callId ?? view.callId) === view.callId);
}
