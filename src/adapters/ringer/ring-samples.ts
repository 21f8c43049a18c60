/** `ringtone` for the callee, `ringback` for the caller, `call-waiting` for a callee in another call. */
export type RingKind = 'ringtone' | 'ringback' | 'call-waiting';

/** Sufficient for tones below 2 kHz, with a quarter of the memory of 48 kHz. */
export const RING_SAMPLE_RATE = 12_000;

interface Note {
  readonly at: number;
  readonly seconds: number;
  readonly hertz: readonly number[];
}

interface Cadence {
  /** Length of one repetition, with its silence. */
  readonly seconds: number;
  readonly peak: number;
  readonly notes: readonly Note[];
}

/** Two rising pairs of notes (E, B), then a pause. */
const RINGTONE: Cadence = {
  seconds: 3,
  peak: 0.35,
  notes: [0, 0.66].flatMap((at) => [
    { at, seconds: 0.5, hertz: [659.26, 1318.5] },
    { at: at + 0.22, seconds: 0.6, hertz: [987.77, 1975.5] },
  ]),
};

/** European ringing tone: 425 Hz, 1 s on, 4 s off (ITU-T E.180). */
const RINGBACK: Cadence = {
  seconds: 5,
  peak: 0.15,
  notes: [{ at: 0, seconds: 1, hertz: [425] }],
};

/** Two short notes, much quieter than speech, every six seconds. */
const CALL_WAITING: Cadence = {
  seconds: 6,
  peak: 0.07,
  notes: [0, 0.3].map((at) => ({ at, seconds: 0.18, hertz: [440] })),
};

const CADENCES: Readonly<Record<RingKind, Cadence>> = {
  ringtone: RINGTONE,
  ringback: RINGBACK,
  'call-waiting': CALL_WAITING,
};

/** At both edges of a note, against clicks. */
const FADE_SECONDS = 0.02;

/** Samples of one repetition, played in a loop: no timers and no drift. */
export function ringSamples(kind: RingKind): Float32Array<ArrayBuffer> {
  const cadence = CADENCES[kind];
  const samples = new Float32Array(Math.round(cadence.seconds * RING_SAMPLE_RATE));
  for (const note of cadence.notes) addNote(samples, note, kind === 'ringtone');
  const loudest = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  return samples.map((sample) => (sample / loudest) * cadence.peak);
}

function addNote(samples: Float32Array, note: Note, fadesAway: boolean): void {
  const start = Math.round(note.at * RING_SAMPLE_RATE);
  const length = Math.round(note.seconds * RING_SAMPLE_RATE);
  for (let n = 0; n < length && start + n < samples.length; n += 1) {
    const second = n / RING_SAMPLE_RATE;
    const edge = Math.min(1, second / FADE_SECONDS, (note.seconds - second) / FADE_SECONDS);
    const decay = fadesAway ? Math.exp(-4 * second) : 1;
    // Each overtone has half the amplitude of the one below.
    const tone = note.hertz.reduce(
      (sum, hertz, overtone) => sum + Math.sin(2 * Math.PI * hertz * second) / 2 ** overtone,
      0,
    );
    samples[start + n] = (samples[start + n] ?? 0) + tone * edge * decay;
  }
}
