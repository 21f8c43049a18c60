import type { CallEffect } from '../state/effects.ts';
import {
  DEVICE_OFF,
  type IntentId,
  type ActiveCall,
  type CallDetails,
  type Tracks,
} from '../state/call-state.ts';
import type { TrackSource } from '../api/ports.ts';
import type { LocalDevice } from '../api/snapshot.ts';
import { resolveIntent } from '../state/transition-result.ts';

const SOURCES: readonly TrackSource[] = ['microphone', 'camera', 'screen'];

/** An active call with changed tracks, and the effects of the change. */
export interface TrackTransition {
  readonly activeCall: ActiveCall;
  readonly effects: readonly CallEffect[];
}

/** Turns a track on or off. While a change is pending, only `wanted` changes; its result applies it. */
export function setTrack(
  activeCall: ActiveCall,
  source: TrackSource,
  on: boolean,
  intentId: IntentId | null = null,
): TrackTransition {
  const track = activeCall.tracks[source];
  const wantedTrack: LocalDevice = { ...track, wanted: on, error: null };
  if (track.pending || track.on === on) {
    return {
      activeCall: withTrack(activeCall, source, wantedTrack),
      effects: resolveIfAny(intentId),
    };
  }
  return {
    activeCall: withTrack(activeCall, source, { ...wantedTrack, pending: true }),
    effects: [{ type: 'set-track', callId: activeCall.view.callId, source, on, intentId }],
  };
}

/** Opens the wanted tracks once the server has given this session the seat. */
export function openWantedTracks(activeCall: ActiveCall): TrackTransition {
  return setAllTracks(activeCall, (source) => activeCall.tracks[source].wanted);
}

/** Closes the tracks that this user may not publish any more. */
export function closeForbiddenTracks(activeCall: ActiveCall): TrackTransition {
  const { view, tracks } = activeCall;
  return setAllTracks(activeCall, (source) => tracks[source].wanted && !isForbidden(view, source));
}

/** Whether this user may publish less than before. */
export function forbidsMore(before: CallDetails, view: CallDetails): boolean {
  return SOURCES.some((source) => isForbidden(view, source) && !isForbidden(before, source));
}

/** An audio call has no video, and the back end may mute a member. */
export function isForbidden(view: CallDetails, source: TrackSource): boolean {
  const self = view.members.find(({ userId }) => userId === view.self.userId);
  if (source === 'microphone') return self?.audioMuted === true;
  return view.mediaType === 'audio' || self?.videoMuted === true;
}

function setAllTracks(
  activeCall: ActiveCall,
  wanted: (source: TrackSource) => boolean,
): TrackTransition {
  let turned: TrackTransition = { activeCall, effects: [] };
  for (const source of SOURCES) {
    const { error, wanted: previouslyWanted } = activeCall.tracks[source];
    const nowWanted = wanted(source);
    // A failed track stays as it is until the user tries again.
    if (error !== null && nowWanted === previouslyWanted) continue;
    const next = setTrack(turned.activeCall, source, nowWanted);
    turned = { activeCall: next.activeCall, effects: [...turned.effects, ...next.effects] };
  }
  return turned;
}

export function withTrack(
  activeCall: ActiveCall,
  source: TrackSource,
  track: LocalDevice,
): ActiveCall {
  return { ...activeCall, tracks: { ...activeCall.tracks, [source]: track } };
}

/** The wanted tracks without those that this user may not publish. */
export function restrictTracks(tracks: Tracks, view: CallDetails): Tracks {
  const restricted = (source: TrackSource) =>
    isForbidden(view, source) ? DEVICE_OFF : tracks[source];
  return {
    microphone: restricted('microphone'),
    camera: restricted('camera'),
    screen: restricted('screen'),
  };
}

function resolveIfAny(intent: IntentId | null): readonly CallEffect[] {
  return intent === null ? [] : [resolveIntent(intent)];
}
