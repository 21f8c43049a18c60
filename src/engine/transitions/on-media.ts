import type { UserId } from '../../protocol/index.ts';
import type { CallError } from '../api/call-error.ts';
import type { MediaEvent } from '../state/events.ts';
import {
  DEVICE_OFF,
  isActiveCall,
  NO_REMOTE_MEDIA,
  type EngineState,
  type MediaStatus,
  type ActiveCall,
  type RemoteMedia,
} from '../state/call-state.ts';
import { retryMedia } from './media-join.ts';
import { networkNotifications, volumeNotifications } from '../notifications/media-notifications.ts';
import type { MediaUpdate, TrackSource } from '../api/ports.ts';
import type { LocalDevice } from '../api/snapshot.ts';
import {
  withoutError,
  notification,
  toErrorShape,
  rejectIntent,
  resolveIntent,
  result,
  chain,
  withError,
  withCall,
  type TransitionResult,
} from '../state/transition-result.ts';
import { setTrack, withTrack } from './local-tracks.ts';

/** Handles the events of the media session. */
export function onMedia(state: EngineState, event: MediaEvent, at: number): TransitionResult {
  switch (event.type) {
    case 'media-update':
      return onMediaUpdate(state, event.update, at);
    case 'media-joined':
      return onMediaJoined(state, event.attempt);
    case 'media-join-failed':
      return onMediaJoinFailed(state, event.attempt, event.error, at);
    case 'track-set':
      return onTrackSet(state, event);
  }
}

function onMediaJoined(state: EngineState, attempt: number): TransitionResult {
  const { call } = state;
  // The call is over, so media must not stay open.
  if (!isActiveCall(call)) return result(state, [{ type: 'leave-media' }]);
  if (call.media.attempt !== attempt || call.media.status !== 'joining') return result(state);
  return result(withoutError(withMedia(state, call, joinedMedia(call.media)), 'media'));
}

function joinedMedia(media: MediaStatus): MediaStatus {
  return { ...media, status: 'joined', failures: 0, retryAt: null, wasJoined: true, failure: null };
}

function onMediaJoinFailed(
  state: EngineState,
  attempt: number,
  error: CallError,
  at: number,
): TransitionResult {
  const { call } = state;
  if (!isActiveCall(call) || call.media.attempt !== attempt || call.media.status !== 'joining') {
    return result(state);
  }
  const media: MediaStatus = { ...call.media, failure: toErrorShape(error) };
  if (error.retryable) return retryMedia(state, { ...call, media }, at);
  const failed = withMedia(state, call, { ...media, status: 'failed', retryAt: null });
  return withError(failed, 'media', error, call.view.callId);
}

function withMedia(state: EngineState, activeCall: ActiveCall, media: MediaStatus): EngineState {
  return withCall(state, { ...activeCall, media });
}

/** A local track has opened, closed or failed. `wanted` may have changed in the meantime. */
function onTrackSet(
  state: EngineState,
  event: MediaEvent & { type: 'track-set' },
): TransitionResult {
  const { call } = state;
  const { source, on, intentId, error } = event;
  const settlement =
    intentId === null
      ? []
      : [error === null ? resolveIntent(intentId) : rejectIntent(intentId, error)];
  if (!isActiveCall(call)) {
    return result(
      state,
      on && error === null ? [...settlement, { type: 'leave-media' }] : settlement,
    );
  }
  const track = call.tracks[source];
  if (call.view.callId !== event.callId) {
    // The track was opened for an earlier call; it stays open only if this call wants it.
    const stray = on && error === null && !track.wanted;
    const off = setTrack(withTrack(call, source, { ...track, on: stray }), source, false);
    return stray
      ? result(withCall(state, off.activeCall), [...settlement, ...off.effects])
      : result(state, settlement);
  }
  if (error !== null) {
    return chain(onTrackFailed(state, call, source, error), (next) => result(next, settlement));
  }
  const settledTrack: LocalDevice = { ...track, on, pending: false, error: null };
  const turned = setTrack(withTrack(call, source, settledTrack), source, track.wanted);
  return result(withCall(withoutError(state, source), turned.activeCall), [
    ...settlement,
    ...turned.effects,
  ]);
}

/** The call continues without the track; `wanted` stays until the user tries again. */
function onTrackFailed(
  state: EngineState,
  activeCall: ActiveCall,
  source: TrackSource,
  cause: CallError,
): TransitionResult {
  const error = toErrorShape(cause);
  const track: LocalDevice = { wanted: source !== 'screen', on: false, pending: false, error };
  const next = withCall(state, withTrack(activeCall, source, track));
  // The user closed the browser's picker, which is not an error.
  if (source === 'screen' && error.name === 'permission-denied') return result(next);
  return withError(next, source, error, activeCall.view.callId);
}

function onMediaUpdate(state: EngineState, update: MediaUpdate, at: number): TransitionResult {
  if (update.type === 'devices-changed') {
    const { devices, kind, deviceId } = update;
    const notified = notification('onDeviceChanged', [kind, deviceId], { callId: callIdOf(state) });
    return result({ ...state, devices }, [], [notified]);
  }
  if (update.type === 'effect-failed') {
    const { effect, reason } = update;
    const info = { callId: callIdOf(state) };
    return result(state, [], [notification('onEffectFailed', [effect, reason], info)]);
  }
  if (update.type === 'quality') return reportQuality(state, update);
  const { call } = state;
  if (!isActiveCall(call)) {
    // No local track may run without a call.
    const stray = update.type === 'local-track' && update.on;
    return stray ? result(state, [{ type: 'leave-media' }]) : result(state);
  }
  switch (update.type) {
    case 'audio-blocked':
      return result({ ...state, audioBlocked: update.blocked });
    case 'media-interrupted':
      return call.media.status === 'joined'
        ? result(withMedia(state, call, { ...call.media, status: 'interrupted' }))
        : result(state);
    case 'media-restored':
      return call.media.status === 'interrupted'
        ? result(withoutError(withMedia(state, call, joinedMedia(call.media)), 'media'))
        : result(state);
    case 'media-lost':
      return onMediaLost(state, call, at);
    case 'local-track':
      return onLocalTrack(state, call, update);
    case 'volumes':
    case 'network':
      return onMeasurement(state, call, update, at);
    default:
      return result(withCall(state, onRemoteUpdate(call, update)));
  }
}

/** The call may be over, or another one begun. */
function reportQuality(
  state: EngineState,
  { callId, quality }: MediaUpdate & { type: 'quality' },
): TransitionResult {
  const command = { type: 'report-quality', callId, quality } as const;
  return result(state, [{ type: 'send-command', id: null, command, delivery: 'interactive' }]);
}

function callIdOf({ call }: EngineState): string {
  return 'view' in call ? call.view.callId : '';
}

function onMediaLost(state: EngineState, call: ActiveCall, at: number): TransitionResult {
  const { status } = call.media;
  if (status !== 'joined' && status !== 'interrupted') return result(state);
  // No remote media arrives until the next join, which reports all remote tracks.
  const remotes = Object.fromEntries(
    Object.entries(call.remotes).map(([userId, remote]) => [userId, withoutTracks(remote)]),
  );
  return retryMedia(state, { ...call, remotes }, at);
}

function withoutTracks(remote: RemoteMedia): RemoteMedia {
  return { ...remote, microphone: false, camera: false, screen: false, frozen: false };
}

function onLocalTrack(
  state: EngineState,
  call: ActiveCall,
  { source, on, error }: MediaUpdate & { type: 'local-track' },
): TransitionResult {
  const track = call.tracks[source];
  if (track.pending) return result(state);
  if (error !== null) return onTrackFailed(state, call, source, error);
  if (on === track.on) return result(state);
  if (on && !track.wanted) {
    const off = setTrack(withTrack(call, source, { ...track, on }), source, false);
    return result(withCall(state, off.activeCall), off.effects);
  }
  // A track that ends by itself, such as sharing stopped in the browser's bar, is no longer wanted.
  const next: LocalDevice = on ? { ...track, on, error: null } : DEVICE_OFF;
  return result(withCall(withoutError(state, source), withTrack(call, source, next)));
}

function onMeasurement(
  state: EngineState,
  call: ActiveCall,
  update: MediaUpdate & { type: 'volumes' | 'network' },
  at: number,
): TransitionResult {
  const { lastNotified, notifications } =
    update.type === 'volumes'
      ? volumeNotifications(call, update.volumes, at)
      : networkNotifications(call, update.list, at);
  const remotes = { ...call.remotes };
  if (update.type === 'network') {
    for (const { userId, quality } of update.list)
      remotes[userId] = { ...remoteMediaOf(call, userId), quality };
  } else {
    const userIds = new Set([...Object.keys(remotes), ...Object.keys(update.volumes)]);
    for (const userId of userIds) {
      remotes[userId] = { ...remoteMediaOf(call, userId), volume: update.volumes[userId] ?? 0 };
    }
  }
  return result(withCall(state, { ...call, remotes, lastNotified }), [], notifications);
}

function remoteMediaOf(call: ActiveCall, userId: string): RemoteMedia {
  return call.remotes[userId] ?? NO_REMOTE_MEDIA;
}

type RemoteUpdate = Extract<MediaUpdate, { userId: UserId }>;

function onRemoteUpdate(call: ActiveCall, update: RemoteUpdate): ActiveCall {
  const known = remoteMediaOf(call, update.userId);
  return {
    ...call,
    remotes: { ...call.remotes, [update.userId]: applyRemoteUpdate(known, update) },
  };
}

function applyRemoteUpdate(known: RemoteMedia, update: RemoteUpdate): RemoteMedia {
  switch (update.type) {
    case 'remote-present':
      return update.present ? known : withoutTracks(known);
    case 'remote-track':
      return { ...known, [update.source]: update.on };
    case 'remote-frozen':
      return { ...known, frozen: update.frozen };
  }
}
