/** The size the model works in, and so the size of every mask. */
export const MASK_WIDTH = 256;
export const MASK_HEIGHT = 144;

/** A change of the mask this large is a person who moves; a smaller one is mostly the model's own noise. */
const MOTION = 0.5;
const STILL_RATE = 0.2;

/** Moves `mask` towards the newest one: slowly where a person is still, at once where they move. */
export function followMask(mask: Float32Array, newest: Float32Array): void {
  for (let i = 0; i < mask.length; i += 1) {
    const before = mask[i] ?? 0;
    const change = (newest[i] ?? 0) - before;
    const rate = Math.min(1, STILL_RATE + Math.abs(change) / MOTION);
    mask[i] = before + change * rate;
  }
}

/** How much of the person is seen: 0–255. Unsure edges become a soft line around the person. */
export function opacityOf(probability: number): number {
  const t = Math.min(1, Math.max(0, (probability - 0.3) / 0.5));
  return Math.round(255 * t * t * (3 - 2 * t));
}

/** Writes the mask as the opacity of an RGBA picture. */
export function writeOpacity(mask: Float32Array, rgba: Uint8ClampedArray): void {
  for (let i = 0; i < mask.length; i += 1) rgba[i * 4 + 3] = opacityOf(mask[i] ?? 0);
}

/**
 * Light of a new background that falls on the edge of the person: the edge of the mask takes on the colours of
 * `background`, more the less sure it is. `rgba` is the picture that is drawn over the person.
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
