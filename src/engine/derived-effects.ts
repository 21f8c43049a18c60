import type { CallEffect, MemoryKey } from './call-effect.ts';
import type { TimerName } from './call-event.ts';
import { isParty, type Ended, type EngineState } from './call-state.ts';
import { asideOf, isTold } from './call-over.ts';
import { farewellWords } from './farewell.ts';
import { isOver } from './view-facts.ts';

/**
 * What follows from the state itself: which timers run, what is remembered. Started and stopped by
 * comparing two states, so that no path through the transitions can forget one.
 */
export function derivedEffects(
  before: EngineState,
  after: EngineState,
  at: number,
): readonly CallEffect[] {
  return [...timerEffects(before, after, at), ...memoryEffects(before, after)];
}

/** The server ends the ring at the deadline and its word is the better one; we wait this long for it. */
const RING_GRACE_MS = 500;
const ENDED_SHOWN_MS = 4000;
/** Time to reach the button that calls again. */
const UNANSWERED_SHOWN_MS = 10_000;
const LINK_NOTICE_MS = 1000;
const SIGN_IN_PATIENCE_MS = 10_000;

const TIMERS: { readonly [Name in TimerName]: (state: EngineState) => number | null } = {
  ring: ({ call }) =>
    call.phase === 'incoming' && call.deadline !== null ? call.deadline + RING_GRACE_MS : null,
  'waiting-ring': ({ aside }) => {
    const due = aside.flatMap(({ standing, deadline, commandId }) =>
      standing === 'rung' && commandId === undefined && deadline !== null ? [deadline] : [],
    );
    return due.length === 0 ? null : Math.min(...due) + RING_GRACE_MS;
  },
  ended: ({ call }) => (call.phase === 'ended' ? call.at + shownFor(call) : null),
  'media-retry': ({ call }) => (isParty(call) ? call.media.retryAt : null),
  'link-notice': ({ link }) =>
    link.status === 'lost' && !link.noticed ? link.since + LINK_NOTICE_MS : null,
  'sign-in': ({ link }) =>
    link.status === 'connecting' && link.intent !== null ? link.since + SIGN_IN_PATIENCE_MS : null,
};

function shownFor({ facts, ending }: Ended): number {
  const unanswered = !ending.connected && facts.callerId === facts.self.userId;
  return unanswered && ending.reason !== 'cancelled' ? UNANSWERED_SHOWN_MS : ENDED_SHOWN_MS;
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

interface Remembered {
  readonly where: 'tab' | 'browser';
  readonly value: (state: EngineState) => string | null;
}

const MEMORY: { readonly [Key in MemoryKey]: Remembered } = {
  'open-call': { where: 'tab', value: openCalls },
  tracks: { where: 'tab', value: tracksOn },
  ignored: { where: 'tab', value: ignoredCalls },
  farewells: { where: 'tab', value: ({ farewells }) => farewellWords(farewells) },
  'missed-seq': {
    where: 'browser',
    value: ({ missedSeq }) => (missedSeq === null ? null : String(missedSeq)),
  },
};

function memoryEffects(before: EngineState, after: EngineState): readonly CallEffect[] {
  return (Object.keys(MEMORY) as MemoryKey[]).flatMap((key): CallEffect[] => {
    const { where, value } = MEMORY[key];
    const now = value(after);
    return now === value(before) ? [] : [{ type: 'remember', where, key, value: now }];
  });
}

/** Of which something was told: the shown one first; and what is not heard of yet since a reload. */
function openCalls(state: EngineState): string | null {
  const { call, aside, restored } = state;
  const open = [
    ...('view' in call ? [call.view] : []),
    ...aside.filter(isTold).map(({ view }) => view),
    ...restored.filter(({ callId }) => asideOf(state, callId) === undefined),
  ];
  return open.map(({ callId, version }) => `${callId} ${version}`).join(' ') || null;
}

function tracksOn({ call, restored: [known] }: EngineState): string | null {
  if (!isParty(call)) return known === undefined ? null : words(known.microphone, known.camera);
  return words(call.tracks.microphone.wanted, call.tracks.camera.wanted);
}

function words(microphone: boolean, camera: boolean): string {
  return [microphone ? 'microphone' : '', camera ? 'camera' : ''].filter(Boolean).join(' ');
}

function ignoredCalls({ aside, ignoredBefore }: EngineState): string | null {
  const ids = aside
    .filter(({ standing, view }) => standing === 'ignored' && !isOver(view))
    .map(({ view }) => view.callId);
  return ids.length + ignoredBefore.length === 0 ? null : [...ignoredBefore, ...ids].join(' ');
}
