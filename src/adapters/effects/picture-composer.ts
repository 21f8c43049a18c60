import { BackgroundBlur, BLUR_HEIGHT, BLUR_WIDTH } from './background-blur.ts';
import {
  followMask,
  hasMoved,
  MASK_HEIGHT,
  MASK_WIDTH,
  writeLightWrap,
  writeOpacity,
} from './mask.ts';
import { ECONOMIES, type Economy } from './pace.ts';
import { writeSkin } from './skin.ts';

/** The part of Segmenter that finds a person. */
export interface PersonFinder {
  run(rgba: Uint8ClampedArray): Float32Array;
}

/** The look of a picture; `image` is its background image, or null. */
export interface ComposerLook {
  readonly background: 'none' | 'blur' | 'blur-strong' | 'image';
  readonly image: ImageBitmap | null;
  readonly beauty: number;
  readonly beautyWhiten: number;
}

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** In pixels of the reduced picture that is blurred. */
const BLUR_RADIUS = { blur: 3, 'blur-strong': 8 } as const;
/** The width of the reduced copy that smooths skin. */
const SOFT_WIDTH = 128;
const MAX_SMOOTH = 0.9;
const MAX_WHITE = 0.5;

/** Draws one frame after another with its effects, in a worker or in a page. Owns its canvases. */
export class PictureComposer {
  readonly #out: Context;
  readonly #small = canvas(MASK_WIDTH, MASK_HEIGHT);
  readonly #overlay = canvas(MASK_WIDTH, MASK_HEIGHT);
  readonly #blurred = canvas(BLUR_WIDTH, BLUR_HEIGHT);
  readonly #soft = canvas(SOFT_WIDTH, MASK_HEIGHT, false);
  readonly #overlayPixels = new ImageData(MASK_WIDTH, MASK_HEIGHT);
  readonly #blurredPixels = new ImageData(BLUR_WIDTH, BLUR_HEIGHT);
  readonly #blur = new BackgroundBlur();
  readonly #mask = new Float32Array(MASK_WIDTH * MASK_HEIGHT);
  /** The small picture in which the person was found last. */
  readonly #lastPixels = new Uint8ClampedArray(MASK_WIDTH * MASK_HEIGHT * 4);
  #maskIsNew = true;
  #backgroundPixels: Uint8ClampedArray | null = null;
  #frame = 0;
  /** null until it is loaded. Without it, a background covers the whole picture. */
  finder: PersonFinder | null = null;
  look: ComposerLook = { background: 'none', image: null, beauty: 0, beautyWhiten: 0 };
  /** An index of ECONOMIES. */
  economy = 0;

  /** `output` is where the pictures are drawn. */
  constructor(output: Context = canvas(2, 2, false)) {
    this.#out = output;
  }

  /** Returns the canvas, whose picture is valid until the next call. */
  draw(frame: CanvasImageSource, size: FrameSize): OffscreenCanvas | HTMLCanvasElement {
    const { width, height } = this.#resize(size);
    const out = this.#out;
    out.globalCompositeOperation = 'copy';
    out.drawImage(frame, 0, 0, width, height);
    const { background, beauty, beautyWhiten } = this.look;
    const pixels = this.#shrink(width, height);
    if (beauty > 0 || beautyWhiten > 0) this.#beautify(pixels, width, height);
    if (background !== 'none') this.#replaceBackground(pixels, width, height);
    this.#frame += 1;
    return out.canvas;
  }

  /** Forgets the person, because the camera is another one or was off. */
  forget(): void {
    this.#maskIsNew = true;
    this.#frame = 0;
  }

  setLook(look: ComposerLook): void {
    if (look.image !== this.look.image) this.look.image?.close();
    this.look = look;
    this.#backgroundPixels = null;
  }

  #resize({ width, height }: FrameSize): FrameSize {
    const { maxSide = width } = this.#savings;
    const scale = Math.min(1, maxSide / Math.max(width, height));
    const { canvas: out } = this.#out;
    // Encoders take even sizes.
    const size = { width: even(width * scale), height: even(height * scale) };
    if (out.width !== size.width || out.height !== size.height) {
      Object.assign(out, size);
      this.forget();
    }
    return size;
  }

  /** Reduces the picture to the input size of the model. */
  #shrink(width: number, height: number): Uint8ClampedArray {
    const { x, width: shown } = partOf(width, height);
    const small = this.#small;
    if (shown < MASK_WIDTH) small.clearRect(0, 0, MASK_WIDTH, MASK_HEIGHT);
    small.drawImage(this.#out.canvas, 0, 0, width, height, x, 0, shown, MASK_HEIGHT);
    return small.getImageData(0, 0, MASK_WIDTH, MASK_HEIGHT).data;
  }

  #beautify(pixels: Uint8ClampedArray, width: number, height: number): void {
    const { beauty, beautyWhiten } = this.look;
    const { data } = this.#overlayPixels;
    writeSkin(pixels, MASK_WIDTH, MASK_HEIGHT, data);
    this.#overlay.putImageData(this.#overlayPixels, 0, 0);
    const out = this.#out;
    if (beauty > 0) {
      const soft = this.#soft;
      soft.globalCompositeOperation = 'copy';
      soft.drawImage(out.canvas, 0, 0, width, height, 0, 0, SOFT_WIDTH, MASK_HEIGHT);
      soft.globalCompositeOperation = 'destination-in';
      this.#drawSmall(soft, this.#overlay.canvas, SOFT_WIDTH, MASK_HEIGHT, partOf(width, height));
      out.globalCompositeOperation = 'source-over';
      out.globalAlpha = (beauty / 9) * MAX_SMOOTH;
      out.drawImage(soft.canvas, 0, 0, width, height);
    }
    if (beautyWhiten > 0) {
      out.globalCompositeOperation = 'soft-light';
      out.globalAlpha = (beautyWhiten / 9) * MAX_WHITE;
      this.#drawSmall(out, this.#overlay.canvas, width, height, partOf(width, height));
    }
    out.globalAlpha = 1;
  }

  #replaceBackground(pixels: Uint8ClampedArray, width: number, height: number): void {
    const { finder } = this;
    if (finder !== null && this.#isMaskDue(pixels)) {
      this.#lastPixels.set(pixels);
      this.#find(finder.run(pixels));
    }
    const part = partOf(width, height);
    const out = this.#out;
    if (this.look.image !== null) this.#wrapLight(width, height, part);
    writeOpacity(this.#mask, clear(this.#overlayPixels.data));
    this.#overlay.putImageData(this.#overlayPixels, 0, 0);
    out.globalCompositeOperation = 'destination-in';
    this.#drawSmall(out, this.#overlay.canvas, width, height, part);
    out.globalCompositeOperation = 'destination-over';
    this.#drawBackground(pixels, width, height, part);
  }

  get #savings(): Partial<Economy> {
    return ECONOMIES[this.economy] ?? {};
  }

  /** `pixels` is the small picture of this frame. */
  #isMaskDue(pixels: Uint8ClampedArray): boolean {
    const { everyNth = 1, onMotion = true } = this.#savings;
    if (this.#maskIsNew || this.#frame % everyNth === 0) return true;
    return onMotion && hasMoved(this.#lastPixels, pixels);
  }

  #find(newest: Float32Array): void {
    if (this.#maskIsNew) this.#mask.set(newest);
    else followMask(this.#mask, newest);
    this.#maskIsNew = false;
  }

  #drawBackground(pixels: Uint8ClampedArray, width: number, height: number, part: SmallPart): void {
    const { background, image } = this.look;
    if (image !== null) return drawCovering(this.#out, image, width, height);
    const radius = BLUR_RADIUS[background === 'blur-strong' ? background : 'blur'];
    this.#blur.blur(pixels, this.#mask, radius, this.#blurredPixels.data);
    this.#blurred.putImageData(this.#blurredPixels, 0, 0);
    this.#drawSmall(this.#out, this.#blurred.canvas, width, height, part);
  }

  #wrapLight(width: number, height: number, part: SmallPart): void {
    this.#backgroundPixels ??= this.#smallBackground(width, height, part);
    writeLightWrap(this.#mask, this.#backgroundPixels, this.#overlayPixels.data);
    this.#overlay.putImageData(this.#overlayPixels, 0, 0);
    this.#out.globalCompositeOperation = 'source-over';
    this.#drawSmall(this.#out, this.#overlay.canvas, width, height, part);
  }

  #smallBackground(width: number, height: number, part: SmallPart): Uint8ClampedArray {
    const { image } = this.look;
    const small = canvas(MASK_WIDTH, MASK_HEIGHT);
    if (image !== null) {
      small.translate(part.x, 0);
      small.scale(part.width / width, MASK_HEIGHT / height);
      drawCovering(small, image, width, height);
    }
    return small.getImageData(0, 0, MASK_WIDTH, MASK_HEIGHT).data;
  }

  /** Draws a picture of the mask's shape over a whole large one. */
  #drawSmall(
    to: Context,
    small: OffscreenCanvas | HTMLCanvasElement,
    width: number,
    height: number,
    part: SmallPart,
  ): void {
    const scale = small.width / MASK_WIDTH;
    const { x, width: shown } = part;
    to.drawImage(small, x * scale, 0, shown * scale, small.height, 0, 0, width, height);
  }
}

export type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

interface SmallPart {
  readonly x: number;
  readonly width: number;
}

/** The part of the model's input that shows the picture. The model does not find a person in a stretched upright picture. */
function partOf(width: number, height: number): SmallPart {
  if (width >= height) return { x: 0, width: MASK_WIDTH };
  const shown = even((MASK_HEIGHT * width) / height);
  return { x: (MASK_WIDTH - shown) / 2, width: shown };
}

function drawCovering(to: Context, image: ImageBitmap, width: number, height: number): void {
  const scale = Math.min(image.width / width, image.height / height);
  const [shownWidth, shownHeight] = [width * scale, height * scale];
  const x = (image.width - shownWidth) / 2;
  const y = (image.height - shownHeight) / 2;
  to.drawImage(image, x, y, shownWidth, shownHeight, 0, 0, width, height);
}

function clear(rgba: Uint8ClampedArray): Uint8ClampedArray {
  return rgba.fill(0);
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}

/** `byPixel`: the canvas stays in main memory, because its pixels are read and written. */
function canvas(width: number, height: number, byPixel = true): Context {
  const context = new OffscreenCanvas(width, height).getContext('2d', {
    willReadFrequently: byPixel,
  });
  if (context === null) throw new TypeError('no canvas');
  return context;
}
