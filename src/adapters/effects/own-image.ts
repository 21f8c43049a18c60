import type { ImageFile } from '../../engine/effects.ts';
import { EffectError } from './effect-error.ts';

/** As wide as a background can be seen. */
const LARGEST = 1280;
const QUALITY = 0.8;

/**
 * The address of an image of the user's own, small enough to be remembered.
 *
 * @throws {EffectError} background-not-loaded
 */
export async function addressOf(image: ImageFile): Promise<string> {
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
