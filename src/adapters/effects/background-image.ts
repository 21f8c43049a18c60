import { EffectError } from './effect-error.ts';
import { within } from './within.ts';

/** No camera's picture is larger; the longer side. */
const LARGEST = 1280;
/** Decoding takes four bytes for each pixel. */
const MOST_PIXELS = 40_000_000;
const LOAD_LIMIT_MS = 10_000;

type Picture = ImageBitmap | HTMLImageElement;

/**
 * The image of an address, no larger than it is needed. Images of other origins have to allow it (CORS).
 *
 * @throws {EffectError} background-not-loaded | background-too-large
 */
export async function loadBackground(url: string): Promise<ImageBitmap> {
  try {
    const image = await within<Picture>(
      LOAD_LIMIT_MS,
      url.startsWith('data:') ? decoded(url) : loaded(url),
    );
    const { width, height } = image;
    if (width * height > MOST_PIXELS) throw new EffectError('background-too-large');
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

/** Without a request, which a page's policy may not allow. */
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
