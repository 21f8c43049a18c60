import type { WindowPlace } from './window-place.ts';

export type { WindowPlace };

/** Smallest size in CSS pixels: the controls fit into it. */
const SMALLEST = { width: 300, height: 260 };

/** The corner that is nearest to the centre of a window. */
export function nearestCorner(
  { x, y }: { readonly x: number; readonly y: number },
  page: { readonly width: number; readonly height: number },
  isRtl: boolean,
): Pick<WindowPlace, 'top' | 'start'> {
  return { top: y < page.height / 2, start: x < page.width / 2 !== isRtl };
}

/** The place after an arrow key: another corner, or with Shift another size. null: not such a key. */
export function placeAfterKey(
  place: WindowPlace,
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  {
    width,
    height,
    isRtl,
  }: { readonly width: number; readonly height: number; readonly isRtl: boolean },
): WindowPlace | null {
  const vertical = key === 'ArrowUp' || key === 'ArrowDown';
  if (!vertical && key !== 'ArrowLeft' && key !== 'ArrowRight') return null;
  if (!shiftKey)
    return vertical
      ? { ...place, top: key === 'ArrowUp' }
      : { ...place, start: (key === 'ArrowLeft') !== isRtl };
  // Right and down enlarge, whichever corner the window is in.
  const step = key === 'ArrowRight' || key === 'ArrowDown' ? RESIZE_STEP : -RESIZE_STEP;
  return sized(place, {
    width: vertical ? width : width + step,
    height: vertical ? height + step : height,
  });
}

const RESIZE_STEP = 32;

/** A place with another size; the style of the window limits it to the page. */
export function sized(
  place: WindowPlace,
  { width, height }: { readonly width: number; readonly height: number },
): WindowPlace {
  return {
    ...place,
    width: Math.round(Math.max(width, SMALLEST.width)),
    height: Math.round(Math.max(height, SMALLEST.height)),
  };
}

/** The next corner, clockwise: the act of a press on the handle. */
export function nextCorner({ top, start, ...size }: WindowPlace): WindowPlace {
  return { ...size, top: start, start: !top };
}
