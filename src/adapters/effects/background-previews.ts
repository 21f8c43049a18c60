import { composedBackground } from './background-image.ts';
import { SEGMENTER_FILES } from './effect-files.ts';
import type { Segmenter } from './segmenter.ts';
import { within } from './within.ts';

/** Of a preview, in pixels. */
const WIDTH = 160;
const FRAME_LIMIT_MS = 3_000;

/**
 * Draws one frame of the camera with each of these backgrounds. A background that cannot be drawn is null.
 *
 * @throws {EffectError} if the model cannot be loaded
 */
export async function drawPreviews(
  raw: MediaStreamTrack,
  backgrounds: readonly string[],
): Promise<readonly (ImageBitmap | null)[]> {
  const { PictureComposer, Segmenter: Finder } = await import('./picture-engine.ts');
  const [frame, finder] = await Promise.all([
    frameOf(raw),
    Finder.load(SEGMENTER_FILES.wasm, SEGMENTER_FILES.model),
  ]);
  const draw = async (background: string, person: Segmenter): Promise<ImageBitmap> => {
    const composed = await composedBackground(background);
    const composer = new PictureComposer();
    composer.finder = person;
    composer.setLook({ ...composed, beauty: 0, beautyWhiten: 0 });
    const { width, height } = frame;
    const drawn = composer.draw(frame, { width: WIDTH, height: (WIDTH * height) / width });
    composed.image?.close();
    return createImageBitmap(drawn);
  };
  const previews = await Promise.all(
    backgrounds.map((background) => draw(background, finder).catch(() => null)),
  );
  frame.close();
  return previews;
}

async function frameOf(raw: MediaStreamTrack): Promise<ImageBitmap> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([raw]);
  try {
    await within(FRAME_LIMIT_MS, video.play());
    return await createImageBitmap(video);
  } finally {
    video.srcObject = null;
  }
}
