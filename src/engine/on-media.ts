import type { UserId } from '../protocol/index.ts';
import type { CallError } from './call-error.ts';
import type { MediaEvent } from './call-event.ts';
import {
  DEVICE_OFF,
  isParty,
  NO_REMOTE,
  type EngineState,
  type MediaStage,
  type Party,
  type Remote,
} from './call-state.ts';
import { tryAgain } from './media-way.ts';
import { networkNotifications, volumeNotifications } from './media-notifications.ts';
import type { MediaFact, TrackSource } from './ports.ts';
import type { LocalDevice } from './snapshot.ts';
import {
  cleared,
  note,
  plain,
  refused,
  settled,
  step,
  then,
  troubled,
  withCall,
  type Step,
} from './step.ts';
import { turn, withTrack } from './tracks.ts';

/** What the media side reports. */
export function onMedia(state: EngineState, event: MediaEvent, at: number): Step {
  switch (event.type) {
    case 'media-fact':
      return onFact(state, event.fact, at);
    case 'media-joined':
      return onJoined(state, event.serial);
    case 'media-join-failed':
      return onJoinFailed(state, event.serial, event.error, at);
    case 'track-set':
      return onTrackSet(state, event);
  }
}

function onJoined(state: EngineState, serial: number): Step {
  const { call } = state;
  // Too late: nobody is in a call any more, so nothing of it may stay open.
  if (!isParty(call)) return step(state, [{ type: 'leave-media' }]);
  if (call.media.serial !== serial || call.media.stage !== 'joining') return step(state);
  return step(cleared(inStage(state, call, joinedMedia(call.media)), 'media'));
}

function joinedMedia(media: MediaStage): MediaStage {
  return { ...media, stage: 'joined', failures: 0, retryAt: null, wasJoined: true };
}

function onJoinFailed(state: EngineState, serial: number, error: CallError, at: number): Step {
  const { call } = state;
  if (!isParty(call) || call.media.serial !== serial || call.media.stage !== 'joining') {
    return step(state);
  }
  if (error.retryable) return tryAgain(state, call, at);
  const failed = inStage(state, call, { ...call.media, stage: 'failed', retryAt: null });
  return troubled(failed, 'media', error, call.view.callId);
}

function inStage(state: EngineState, party: Party, media: MediaStage): EngineState {
  return withCall(state, { ...party, media });
}

/** A step on one of our tracks has come to its end; the wish may have changed meanwhile. */
function onTrackSet(state: EngineState, event: MediaEvent & { type: 'track-set' }): Step {
  const { call } = state;
  const { source, on, intent, error } = event;
  const told = intent === null ? [] : [error === null ? settled(intent) : refused(intent, error)];
  if (!isParty(call)) {
    return step(state, on && error === null ? [...told, { type: 'leave-media' }] : told);
  }
  const track = call.tracks[source];
  if (call.view.callId !== event.callId) {
    // Of a call before: what it opened stays only where this one wants it, too.
    const stray = on && error === null && !track.wanted;
    const off = turn(withTrack(call, source, { ...track, on: stray }), source, false);
    return stray ? step(withCall(state, off.party), [...told, ...off.effects]) : step(state, told);
  }
  if (error !== null) {
    return then(trackFailed(state, call, source, error), (next) => step(next, told));
  }
  const settledTrack: LocalDevice = { ...track, on, pending: false, error: null };
  const turned = turn(withTrack(call, source, settledTrack), source, track.wanted);
  return step(withCall(cleared(state, source), turned.party), [...told, ...turned.effects]);
}

/** Denied or missing: the call goes on without, and the wish stays until the user tries again. */
function trackFailed(
  state: EngineState,
  party: Party,
  source: TrackSource,
  refusal: CallError,
): Step {
  const error = plain(refusal);
  const track: LocalDevice = { wanted: source !== 'screen', on: false, pending: false, error };
  const next = withCall(state, withTrack(party, source, track));
  // Closing the browser's picker is the user's own choice, not news to them.
  if (source === 'screen' && error.name === 'permission-denied') return step(next);
  return troubled(next, source, error, party.view.callId);
}

function onFact(state: EngineState, fact: MediaFact, at: number): Step {
  if (fact.type === 'devices-changed') {
    const { devices, kind, deviceId } = fact;
    const told = note('onDeviceChanged', [kind, deviceId], { callId: callIdOf(state) });
    return step({ ...state, devices }, [], [told]);
  }
  const { call } = state;
  if (!isParty(call)) {
    // Nothing of ours may run outside a call.
    const stray = fact.type === 'local-track' && fact.on;
    return stray ? step(state, [{ type: 'leave-media' }]) : step(state);
  }
  switch (fact.type) {
    case 'audio-blocked':
      return step({ ...state, audioBlocked: fact.blocked });
    case 'media-interrupted':
      return call.media.stage === 'joined'
        ? step(inStage(state, call, { ...call.media, stage: 'interrupted' }))
        : step(state);
    case 'media-restored':
      return call.media.stage === 'interrupted'
        ? step(inStage(state, call, { ...call.media, stage: 'joined' }))
        : step(state);
    case 'media-lost':
      return onLost(state, call, at);
    case 'local-track':
      return onLocalTrack(state, call, fact);
    case 'volumes':
    case 'network':
      return onMeasured(state, call, fact, at);
    default:
      return step(withCall(state, onRemote(call, fact)));
  }
}

function callIdOf({ call }: EngineState): string {
  return 'view' in call ? call.view.callId : '';
}

function onLost(state: EngineState, call: Party, at: number): Step {
  const { stage } = call.media;
  if (stage !== 'joined' && stage !== 'interrupted') return step(state);
  // Nothing comes from the others until the room is entered again, which tells anew what is there.
  const remotes = Object.fromEntries(
    Object.entries(call.remotes).map(([userId, remote]) => [userId, withoutTracks(remote)]),
  );
  return tryAgain(state, { ...call, remotes }, at);
}

function withoutTracks(remote: Remote): Remote {
  return { ...remote, microphone: false, camera: false, screen: false, frozen: false };
}

function onLocalTrack(
  state: EngineState,
  call: Party,
  { source, on, error }: MediaFact & { type: 'local-track' },
): Step {
  const track = call.tracks[source];
  if (track.pending) return step(state);
  if (error !== null) return trackFailed(state, call, source, error);
  if (on === track.on) return step(state);
  if (on && !track.wanted) {
    const off = turn(withTrack(call, source, { ...track, on }), source, false);
    return step(withCall(state, off.party), off.effects);
  }
  // Ended by itself (sharing stopped in the browser's own bar): as if the user had wished it here.
  const next: LocalDevice = on ? { ...track, on, error: null } : DEVICE_OFF;
  return step(withCall(state, withTrack(call, source, next)));
}

function onMeasured(
  state: EngineState,
  call: Party,
  fact: MediaFact & { type: 'volumes' | 'network' },
  at: number,
): Step {
  const { told, notifications } =
    fact.type === 'volumes'
      ? volumeNotifications(call, fact.volumes, at)
      : networkNotifications(call, fact.list, at);
  const remotes = { ...call.remotes };
  if (fact.type === 'network') {
    for (const { userId, quality } of fact.list)
      remotes[userId] = { ...remote(call, userId), quality };
  } else {
    const userIds = new Set([...Object.keys(remotes), ...Object.keys(fact.volumes)]);
    for (const userId of userIds) {
      remotes[userId] = { ...remote(call, userId), volume: fact.volumes[userId] ?? 0 };
    }
  }
  return step(withCall(state, { ...call, remotes, told }), [], notifications);
}

function remote(call: Party, userId: string): Remote {
  return call.remotes[userId] ?? NO_REMOTE;
}

type RemoteFact = Extract<MediaFact, { userId: UserId }>;

function onRemote(call: Party, fact: RemoteFact): Party {
  const known = remote(call, fact.userId);
  return { ...call, remotes: { ...call.remotes, [fact.userId]: heard(known, fact) } };
}

function heard(known: Remote, fact: RemoteFact): Remote {
  switch (fact.type) {
    case 'remote-present':
      return fact.present ? known : withoutTracks(known);
    case 'remote-track':
      return { ...known, [fact.source]: fact.on };
    case 'remote-frozen':
      return { ...known, frozen: fact.frozen };
  }
}
