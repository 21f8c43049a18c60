import type { MediaType } from '../protocol/index.ts';
import type { CallEffect } from './call-effect.ts';
import { DEVICE_OFF, type IntentId, type Party, type Tracks } from './call-state.ts';
import type { TrackSource } from './ports.ts';
import type { LocalDevice } from './snapshot.ts';
import { settled } from './step.ts';

const SOURCES: readonly TrackSource[] = ['microphone', 'camera', 'screen'];

/** A party and what has to be done about its tracks. */
export interface Turned {
  readonly party: Party;
  readonly effects: readonly CallEffect[];
}

/** One wish about one track. While a step is under way, only the wish changes: the end of the step looks. */
export function turn(
  party: Party,
  source: TrackSource,
  on: boolean,
  intent: IntentId | null = null,
): Turned {
  const track = party.tracks[source];
  const wished: LocalDevice = { ...track, wanted: on, error: null };
  if (track.pending || track.on === on) {
    return { party: withTrack(party, source, wished), effects: settle(intent) };
  }
  return {
    party: withTrack(party, source, { ...wished, pending: true }),
    effects: [{ type: 'set-track', callId: party.view.callId, source, on, intent }],
  };
}

/** The server has named this device: what the user wished for until now may open. */
export function openWished(party: Party): Turned {
  return turnAll(party, (source) => party.tracks[source].wanted);
}

/** An audio call has no picture: camera and screen close. */
export function closePictures(party: Party): Turned {
  return turnAll(party, (source) => source === 'microphone' && party.tracks[source].wanted);
}

function turnAll(party: Party, wanted: (source: TrackSource) => boolean): Turned {
  let turned: Turned = { party, effects: [] };
  for (const source of SOURCES) {
    const { error, wanted: was } = party.tracks[source];
    const wish = wanted(source);
    // What failed waits for the user to try again; what stays as it was is left alone.
    if (error !== null && wish === was) continue;
    const next = turn(turned.party, source, wish);
    turned = { party: next.party, effects: [...turned.effects, ...next.effects] };
  }
  return turned;
}

export function withTrack(party: Party, source: TrackSource, track: LocalDevice): Party {
  return { ...party, tracks: { ...party.tracks, [source]: track } };
}

/** No camera where the call has no picture, whatever was wished before that was known. */
export function fitting(tracks: Tracks, mediaType: MediaType): Tracks {
  return mediaType === 'video' ? tracks : { ...tracks, camera: DEVICE_OFF, screen: DEVICE_OFF };
}

function settle(intent: IntentId | null): readonly CallEffect[] {
  return intent === null ? [] : [settled(intent)];
}
