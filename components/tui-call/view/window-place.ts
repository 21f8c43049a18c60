/** Where the floating window is: a corner of the page, and its size in CSS pixels if the user has changed it. */
export interface WindowPlace {
  readonly top: boolean;
  /** At the start of a line of text: left, in a right-to-left language right. */
  readonly start: boolean;
  readonly width: number | null;
  readonly height: number | null;
}

export const FIRST_PLACE: WindowPlace = { top: false, start: false, width: null, height: null };

/** Reads a stored place; anything else than one is the first place. */
export function parsePlace(text: string | null): WindowPlace {
  try {
    const { top, start, width, height } = JSON.parse(text ?? '{}') as Record<string, unknown>;
    const size = (value: unknown): number | null =>
      typeof value === 'number' && Number.isFinite(value) ? value : null;
    return { top: top === true, start: start === true, width: size(width), height: size(height) };
  } catch {
    return FIRST_PLACE;
  }
}
