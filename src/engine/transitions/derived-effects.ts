import type { Ending } from '../api/snapshot.ts';
import type { CallEffect, StorageKey } from '../state/effects.ts';
import type { TimerName } from '../state/events.ts';
import { isActiveCall, type EndedCall, type EngineState } from '../state/call-state.ts';
import { findBackgroundCall, isNotified } from './end-call.ts';
import { serializeTerminations } from '../state/pending-termination.ts';
import { isOverHere } from '../state/call-view-selectors.ts';

/**
 * Derives the effects of timers and persistence from the difference of two states, so that no path
 * through the transitions can forget one.
 */
export function derivedEffects(
  before: EngineState,
  after: EngineState,
  at: number,
): readonly CallEffect[] {
  return [...timerEffects(before, after, at), ...persistenceEffects(before, after)];
}

/** How long the device waits after the deadline for the server's view of the end of the ring. */
const RING_GRACE_MS = 500;
const ENDED_SHOWN_MS = 4000;
/** Long enough to press the button that calls again, or back. */
const UNANSWERED_SHOWN_MS = 10_000;
/** The end reasons of a call that its callee has missed. */
const MISSED: readonly Ending['reason'][] = ['cancelled', 'line-busy', 'no-response', 'offline'];
const CONNECTION_NOTICE_MS = 1000;
/** Just longer than one attempt to connect media (15 s), so that the cause of its failure is known. */
const MEDIA_ABSENCE_MS = 16_000;
const SIGN_IN_TIMEOUT_MS = 10_000;

/** When each timer fires in a state, on the engine's clock; null: it does not run. */
const TIMERS: { readonly [Name in TimerName]: (state: EngineState) => number | null } = {
  ring: ({ call }) =>
    call.phase === 'incoming' && call.deadline !== null ? call.deadline + RING_GRACE_MS : null,
  'waiting-ring': ({ backgroundCalls }) => {
    const due = backgroundCalls.flatMap(({ status, deadline, commandId }) =>
      status === 'ringing' && commandId === undefined && deadline !== null ? [deadline] : [],
    );
    return due.length === 0 ? null : Math.min(...due) + RING_GRACE_MS;
  },
  ended: ({ call }) => (call.phase === 'ended' ? call.at + endedScreenMs(call) : null),
  'media-retry': ({ call }) => (isActiveCall(call) ? call.media.retryAt : null),
  'media-absence': ({ call }) => {
    const absence = isActiveCall(call) ? call.media.absence : null;
    return absence === null || absence.reported ? null : absence.since + MEDIA_ABSENCE_MS;
  },
  'connection-notice': ({ connection }) =>
    connection.status === 'lost' && !connection.noticed
      ? connection.since + CONNECTION_NOTICE_MS
      : null,
  'sign-in': ({ connection }) =>
    connection.status === 'connecting' && connection.intentId !== null
      ? connection.since + SIGN_IN_TIMEOUT_MS
      : null,
};

function endedScreenMs({ details, ending }: EndedCall): number {
  const isCaller = details.callerId === details.self.userId;
  const unanswered = isCaller ? ending.reason !== 'cancelled' : MISSED.includes(ending.reason);
  return unanswered && !ending.connected ? UNANSWERED_SHOWN_MS : ENDED_SHOWN_MS;
}

function timerEffects(before: EngineState, after: EngineState, at: number): readonly CallEffect[] {
  return (Object.keys(TIMERS) as TimerName[]).flatMap((name): CallEffect[] => {
    const was = TIMERS[name](before);
    const due = TIMERS[name](after);
    if (due === was) return [];
    return due === null
      ? [{ type: 'cancel-timer', name }]
      : [{ type: 'start-timer', name, ms: Math.max(0, due - at) }];
  });
}

interface PersistedValue {
  readonly where: 'tab' | 'browser';
  readonly value: (state: EngineState) => string | null;
}

const PERSISTED: { readonly [Key in StorageKey]: PersistedValue } = {
  'open-call': { where: 'tab', value: openCalls },
  tracks: { where: 'tab', value: tracksOn },
  ignored: { where: 'tab', value: ignoredCalls },
  terminations: {
    where: 'tab',
    value: ({ pendingTerminations }) => serializeTerminations(pendingTerminations),
  },
  'missed-seq': {
    where: 'browser',
    value: ({ missedSeq }) => (missedSeq === null ? null : String(missedSeq)),
  },
};

function persistenceEffects(before: EngineState, after: EngineState): readonly CallEffect[] {
  return (Object.keys(PERSISTED) as StorageKey[]).flatMap((key): CallEffect[] => {
    const { where, value } = PERSISTED[key];
    const now = value(after);
    return now === value(before) ? [] : [{ type: 'persist', where, key, value: now }];
  });
}

/** The notified calls, the one on the screen first, and the restored calls without a view since the reload. */
function openCalls(state: EngineState): string | null {
  const { call, backgroundCalls, restored } = state;
  const open = [
    ...('view' in call ? [call.view] : []),
    ...backgroundCalls.filter(isNotified).map(({ view }) => view),
    ...restored.filter(({ callId }) => findBackgroundCall(state, callId) === undefined),
  ];
  return open.map(({ callId, version }) => `${callId} ${version}`).join(' ') || null;
}

function tracksOn({ call, restored: [known] }: EngineState): string | null {
  if (!isActiveCall(call))
    return known === undefined ? null : serializeTracks(known.microphone, known.camera);
  return serializeTracks(call.tracks.microphone.wanted, call.tracks.camera.wanted);
}

function serializeTracks(microphone: boolean, camera: boolean): string {
  return [microphone ? 'microphone' : '', camera ? 'camera' : ''].filter(Boolean).join(' ');
}

function ignoredCalls({ backgroundCalls, restoredIgnored }: EngineState): string | null {
  const ids = backgroundCalls
    .filter(({ status, view }) => status === 'ignored' && !isOverHere(view))
    .map(({ view }) => view.callId);
  return ids.length + restoredIgnored.length === 0 ? null : [...restoredIgnored, ...ids].join(' ');
}
