import { EffectError } from './effect-error.ts';
import type { ComposerLook } from './picture-composer.ts';
import { within } from './within.ts';

/** The longer side of the image, in pixels; no camera picture is larger. */
const LARGEST = 1280;
/** In pixels; decoding takes four bytes per pixel. */
const MAX_PIXELS = 40_000_000;
const LOAD_LIMIT_MS = 10_000;

type Picture = ImageBitmap | HTMLImageElement;

/**
 * Loads an image and reduces it to the size of a camera picture. Images of other origins must allow it (CORS).
 *
 * @throws {EffectError} background-not-loaded | background-too-large
 */
async function loadBackground(url: string): Promise<ImageBitmap> {
  try {
    const image = await within<Picture>(
      LOAD_LIMIT_MS,
      url.startsWith('data:') ? decoded(url) : loaded(url),
    );
    const { width, height } = image;
    if (width * height > MAX_PIXELS) throw new EffectError('background-too-large');
    const scale = Math.min(1, LARGEST / Math.max(width, height));
    return await createImageBitmap(image, {
      resizeWidth: Math.max(1, Math.round(width * scale)),
      resizeHeight: Math.max(1, Math.round(height * scale)),
      resizeQuality: 'high',
    });
  } catch (cause) {
    if (cause instanceof EffectError) throw cause;
    throw new EffectError('background-not-loaded', { cause });
  }
}

/**
 * The background of a look, with its image loaded.
 *
 * @throws {EffectError} background-not-loaded | background-too-large
 */
export async function composedBackground(
  background: string,
): Promise<Pick<ComposerLook, 'background' | 'image'>> {
  if (background === 'none' || background === 'blur' || background === 'blur-strong') {
    return { background, image: null };
  }
  return { background: 'image', image: await loadBackground(background) };
}

/** Decodes a data URL without a request, which the page's policy may forbid. */
async function decoded(url: string): Promise<ImageBitmap> {
  const [head = '', base64 = ''] = url.split(',', 2);
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const type = /^data:([^;]+);base64$/.exec(head)?.[1] ?? '';
  return createImageBitmap(new Blob([bytes], { type }));
}

function loaded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.crossOrigin = 'anonymous';
  return new Promise((resolve, reject) => {
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('no image'));
    image.src = url;
  });
}
