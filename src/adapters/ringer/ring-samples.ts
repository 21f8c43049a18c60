/** `ringtone` for who is called, `ringback` for who calls and waits, `call-waiting` for who talks already. */
export type RingKind = 'ringtone' | 'ringback' | 'call-waiting';

/** Enough for tones below 2 kHz, and a quarter of the memory of the usual 48 kHz. */
export const RING_SAMPLE_RATE = 12_000;

interface Note {
  readonly at: number;
  readonly seconds: number;
  readonly hertz: readonly number[];
}

interface Cadence {
  /** Notes and silence together: what is repeated. */
  readonly seconds: number;
  readonly peak: number;
  readonly notes: readonly Note[];
}

/** Two rising pairs of notes (E, B and up), then a pause; a calm bell, not an alarm. */
const RINGTONE: Cadence = {
  seconds: 3,
  peak: 0.35,
  notes: [0, 0.66].flatMap((at) => [
    { at, seconds: 0.5, hertz: [659.26, 1318.5] },
    { at: at + 0.22, seconds: 0.6, hertz: [987.77, 1975.5] },
  ]),
};

/** The ringing tone of European telephones: 425 Hz, 1 s on, 4 s off (ITU-T E.180). */
const RINGBACK: Cadence = {
  seconds: 5,
  peak: 0.15,
  notes: [{ at: 0, seconds: 1, hertz: [425] }],
};

/** Two short notes, far below a voice, every six seconds: heard, and talked over. */
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

/** Both edges of a note, so that it does not click. */
const FADE_SECONDS = 0.02;

/** One round of the ring as samples, to be played in a loop: no timers, and no drift. */
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
    // Each overtone half as strong as the one below.
    const tone = note.hertz.reduce(
      (sum, hertz, overtone) => sum + Math.sin(2 * Math.PI * hertz * second) / 2 ** overtone,
      0,
    );
    samples[start + n] = (samples[start + n] ?? 0) + tone * edge * decay;
  }
}
