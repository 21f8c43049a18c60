import type { MediaType } from '../../protocol/index.ts';
import type { CallEffect } from '../state/effects.ts';
import { DEVICE_OFF, type IntentId, type ActiveCall, type Tracks } from '../state/call-state.ts';
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

/** Closes camera and screen: an audio call has no video. */
export function closeVideoTracks(activeCall: ActiveCall): TrackTransition {
  return setAllTracks(
    activeCall,
    (source) => source === 'microphone' && activeCall.tracks[source].wanted,
  );
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

/** The wanted tracks without camera and screen in an audio call. */
export function restrictTracks(tracks: Tracks, mediaType: MediaType): Tracks {
  return mediaType === 'video' ? tracks : { ...tracks, camera: DEVICE_OFF, screen: DEVICE_OFF };
}

function resolveIfAny(intent: IntentId | null): readonly CallEffect[] {
  return intent === null ? [] : [resolveIntent(intent)];
}
