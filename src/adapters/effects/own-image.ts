import type { ImageFile } from '../../engine/api/media-effects.ts';
import { EffectError } from './effect-error.ts';

/** The longer side of the image, in pixels; no camera picture is larger. */
const LARGEST = 1280;
const QUALITY = 0.8;

/**
 * Returns a data URL of the user's own image, small enough for local storage.
 *
 * @throws {EffectError} background-not-loaded
 */
export async function urlOfImage(image: ImageFile): Promise<string> {
  try {
    const bitmap = await createImageBitmap(
      new Blob([await image.arrayBuffer()], { type: image.type }),
    );
    const scale = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: bitmap.width * scale, height: bitmap.height * scale });
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return canvas.toDataURL('image/jpeg', QUALITY);
  } catch (cause) {
    throw new EffectError('background-not-loaded', { cause });
  }
}
