/** The input and output size of the model, in pixels. */
export const MASK_WIDTH = 256;
export const MASK_HEIGHT = 144;

/** A change of the mask this large is a person who moves; a smaller one is mostly noise of the model. */
const MOTION = 0.5;
const STILL_RATE = 0.15;
/** One of so many pixels is compared. */
const COMPARED_EVERY = 13;
/** A pixel whose green changes by more, of 255, has changed; the noise of a camera is smaller. */
const CHANGED = 24;
/** This share of changed pixels is motion. */
const MOVED = 0.004;

/** Moves `mask` towards the newest one: slowly where the person is still, at once where they move. */
export function followMask(mask: Float32Array, newest: Float32Array): void {
  for (let i = 0; i < mask.length; i += 1) {
    const before = mask[i] ?? 0;
    const change = (newest[i] ?? 0) - before;
    const rate = Math.min(1, STILL_RATE + (change / MOTION) ** 2);
    mask[i] = before + change * rate;
  }
}

/** Whether something moved between two small pictures. */
export function hasMoved(before: Uint8ClampedArray, now: Uint8ClampedArray): boolean {
  let changed = 0;
  for (let at = 1; at < now.length; at += 4 * COMPARED_EVERY) {
    if (Math.abs((now[at] ?? 0) - (before[at] ?? 0)) > CHANGED) changed += 1;
  }
  return changed > (MOVED * now.length) / (4 * COMPARED_EVERY);
}

/** The opacity of the person, 0–255. Uncertain edges become a soft line around the person. */
export function opacityOf(probability: number): number {
  const t = Math.min(1, Math.max(0, (probability - 0.3) / 0.5));
  return Math.round(255 * t * t * (3 - 2 * t));
}

/** Writes the mask as the opacity of an RGBA picture. */
export function writeOpacity(mask: Float32Array, rgba: Uint8ClampedArray): void {
  for (let i = 0; i < mask.length; i += 1) rgba[i * 4 + 3] = opacityOf(mask[i] ?? 0);
}

/**
 * Writes the light wrap, a picture to draw over the person: uncertain parts of the mask take on the colours of
 * `background`.
 */
export function writeLightWrap(
  mask: Float32Array,
  background: Uint8ClampedArray,
  rgba: Uint8ClampedArray,
): void {
  rgba.set(background);
  for (let i = 0; i < mask.length; i += 1) {
    const sure = mask[i] ?? 0;
    rgba[i * 4 + 3] = Math.round(4 * sure * (1 - sure) * 110);
  }
}

/** The model reads colours from 0 to 1, without opacity. */
export function writeModelInput(rgba: Uint8ClampedArray, input: Float32Array): void {
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    input[to] = (rgba[from] ?? 0) / 255;
    input[to + 1] = (rgba[from + 1] ?? 0) / 255;
    input[to + 2] = (rgba[from + 2] ?? 0) / 255;
  }
}
