/** How well speech is understood and how much noise is left, of two recordings at 10 kHz that begin together. */

const FRAME = 256;
const HOP = 128;
const FFT = 512;
const BANDS = 15;
const LOWEST_HZ = 150;
const RATE = 10_000;
/** Two seconds are enough to see which parts belong together. */
const COMPARED = 20_000;
/** 384 ms. */
const SEGMENT = 30;
const CLIP = 10 ** (15 / 20);
const SILENT_DB = 40;

/**
 * Short-time objective intelligibility (Taal, Hendriks, Heusdens, Jensen 2011): 0–1, how alike the envelopes of 15
 * third-octave bands are.
 */
export function intelligibility(clean: Float64Array, heard: Float64Array): number {
  const loud = loudFrames(clean);
  const [x, y] = [clean, heard].map((signal) => loud.map((frame) => bandsOf(signal, frame * HOP)));
  let sum = 0;
  let count = 0;
  for (let end = SEGMENT; x && y && end <= x.length; end += 1) {
    for (let band = 0; band < BANDS; band += 1) {
      const [a, b] = [x, y].map((all) =>
        all.slice(end - SEGMENT, end).map((one) => one[band] ?? 0),
      );
      sum += likeness(a ?? [], b ?? []);
      count += 1;
    }
  }
  return sum / count;
}

/** The mean power of what is heard in the quietest tenth of the clean speech, in dB. */
export function pauseLevel(clean: Float64Array, heard: Float64Array): number {
  const powers = frames(clean).map((frame) => power(clean, frame * HOP));
  const quiet = powers.toSorted((a, b) => a - b)[Math.floor(powers.length / 10)] ?? 0;
  const pauses = frames(clean).filter((frame) => (powers[frame] ?? 0) <= quiet);
  const sum = pauses.reduce((all, frame) => all + power(heard, frame * HOP), 0);
  return 10 * Math.log10(sum / pauses.length + 1e-12);
}

/** By how many samples `heard` comes later. */
export function delayOf(clean: Float64Array, heard: Float64Array, most: number): number {
  let best = { delay: 0, fit: -Infinity };
  for (let delay = 0; delay < most; delay += 1) {
    let fit = 0;
    for (let at = 0; at < COMPARED && at + delay < heard.length; at += 1) {
      fit += (clean[at] ?? 0) * (heard[at + delay] ?? 0);
    }
    if (fit > best.fit) best = { delay, fit };
  }
  return best.delay;
}

function frames(signal: Float64Array): number[] {
  return Array.from({ length: Math.floor((signal.length - FRAME) / HOP) }, (_, frame) => frame);
}

function loudFrames(clean: Float64Array): number[] {
  const powers = frames(clean).map((frame) => power(clean, frame * HOP));
  const least = Math.max(...powers) * 10 ** (-SILENT_DB / 10);
  return frames(clean).filter((frame) => (powers[frame] ?? 0) > least);
}

function power(signal: Float64Array, from: number): number {
  let sum = 0;
  for (let at = from; at < from + FRAME; at += 1) sum += (signal[at] ?? 0) ** 2;
  return sum / FRAME;
}

/** The amplitude in each band of one frame. */
function bandsOf(signal: Float64Array, from: number): number[] {
  const powers = spectrum(signal, from);
  return Array.from({ length: BANDS }, (_, band) => {
    const centre = LOWEST_HZ * 2 ** (band / 3);
    const [low, high] = [centre * 2 ** (-1 / 6), centre * 2 ** (1 / 6)].map((hz) =>
      Math.round((hz * FFT) / RATE),
    );
    let sum = 0;
    for (let bin = low ?? 0; bin < (high ?? 0); bin += 1) sum += powers[bin] ?? 0;
    return Math.sqrt(sum);
  });
}

/** The power of each frequency; a plain transform is quick enough for some seconds. */
function spectrum(signal: Float64Array, from: number): Float64Array {
  const powers = new Float64Array(FFT / 2);
  for (let bin = 0; bin < powers.length; bin += 1) {
    let [real, imaginary] = [0, 0];
    for (let at = 0; at < FRAME; at += 1) {
      const windowed = (signal[from + at] ?? 0) * (WINDOW[at] ?? 0);
      const angle = (bin * at) % FFT;
      real += windowed * (COSINES[angle] ?? 0);
      imaginary += windowed * (COSINES[(angle + FFT / 4) % FFT] ?? 0);
    }
    powers[bin] = real * real + imaginary * imaginary;
  }
  return powers;
}

const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / FRAME),
);
const COSINES = Float64Array.from({ length: FFT }, (_, at) => Math.cos((2 * Math.PI * at) / FFT));

function likeness(clean: number[], heard: number[]): number {
  const scale = Math.hypot(...clean) / (Math.hypot(...heard) || 1);
  const clipped = heard.map((one, at) => Math.min(one * scale, (clean[at] ?? 0) * (1 + CLIP)));
  const [a, b] = [clean, clipped].map((all) => {
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    return all.map((one) => one - mean);
  });
  const product = (a ?? []).reduce((sum, one, at) => sum + one * (b?.[at] ?? 0), 0);
  return product / (Math.hypot(...(a ?? [])) * Math.hypot(...(b ?? [])) || 1);
}
