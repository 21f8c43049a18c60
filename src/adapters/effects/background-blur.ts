import { MASK_HEIGHT, MASK_WIDTH } from './mask.ts';

/** Half the mask's size; a blurred picture has no more detail. */
export const BLUR_WIDTH = MASK_WIDTH / 2;
export const BLUR_HEIGHT = MASK_HEIGHT / 2;

const PIXELS = BLUR_WIDTH * BLUR_HEIGHT;
/** The weight of surely foreground pixels, so that no division by zero occurs behind the person. */
const MIN_WEIGHT = 0.01;
const PASSES = 2;

/**
 * Blurs the background without the person, whose colours would form a halo. Each pixel has the weight with which the
 * mask takes it for background. Two box blurs approximate a Gaussian one.
 */
export class BackgroundBlur {
  readonly #sums = new Float32Array(PIXELS * 4);
  readonly #other = new Float32Array(PIXELS * 4);

  /** Blurs a picture of the mask's size into one of half its size. */
  blur(rgba: Uint8ClampedArray, mask: Float32Array, radius: number, into: Uint8ClampedArray): void {
    this.#weigh(rgba, mask);
    for (let pass = 0; pass < PASSES; pass += 1) {
      boxBlur(this.#sums, this.#other, BLUR_WIDTH, BLUR_HEIGHT, radius);
      boxBlur(this.#other, this.#sums, BLUR_HEIGHT, BLUR_WIDTH, radius);
    }
    for (let i = 0; i < PIXELS * 4; i += 4) {
      const weight = this.#sums[i + 3] || MIN_WEIGHT;
      for (let channel = 0; channel < 3; channel += 1) {
        into[i + channel] = (this.#sums[i + channel] ?? 0) / weight;
      }
      into[i + 3] = 255;
    }
  }

  /** Reduces four pixels to one: the weighted sum of each colour, and the weight. */
  #weigh(rgba: Uint8ClampedArray, mask: Float32Array): void {
    const sums = this.#sums.fill(0);
    for (let y = 0; y < MASK_HEIGHT; y += 1) {
      for (let x = 0; x < MASK_WIDTH; x += 1) {
        const at = y * MASK_WIDTH + x;
        const to = 4 * ((y >> 1) * BLUR_WIDTH + (x >> 1));
        const background = 1 - (mask[at] ?? 0);
        const weight = MIN_WEIGHT + background * background * background;
        sums[to] = (sums[to] ?? 0) + (rgba[at * 4] ?? 0) * weight;
        sums[to + 1] = (sums[to + 1] ?? 0) + (rgba[at * 4 + 1] ?? 0) * weight;
        sums[to + 2] = (sums[to + 2] ?? 0) + (rgba[at * 4 + 2] ?? 0) * weight;
        sums[to + 3] = (sums[to + 3] ?? 0) + weight;
      }
    }
  }
}

/** Blurs each row and writes it as a column; a second run restores the orientation. Edges are repeated. */
function boxBlur(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  radius: number,
): void {
  const last = width - 1;
  const scale = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let channel = 0; channel < 4; channel += 1) {
      const pixel = (x: number): number =>
        from[4 * (row + (x < 0 ? 0 : x > last ? last : x)) + channel] ?? 0;
      let sum = 0;
      for (let x = -radius; x <= radius; x += 1) sum += pixel(x);
      for (let x = 0; x < width; x += 1) {
        to[4 * (x * height + y) + channel] = sum * scale;
        sum += pixel(x + radius + 1) - pixel(x - radius);
      }
    }
  }
}
