import type { CallView } from './call-view.ts';
import type { Drawable } from './drawable.ts';

/** A ring that nobody sees is a missed one. */
const RETRY_MS = 1_000;

export interface LaterViewParts {
  readonly fetch: () => Promise<CallView>;
  readonly after: (ms: number, callback: () => void) => void;
  /** It has come, or is to be asked for again where it is still wanted. */
  readonly changed: () => void;
}

/**
 * How an element looks comes with the first ring or call: a page before that has nothing to show and
 * loads no code for it. Fetched once; after a failure again, as long as it is asked for.
 */
export class LaterView {
  /** null until it is there. */
  view: CallView | null = null;
  /** Settles when it has come, or could not; null while it is not on its way. */
  arriving: Promise<void> | null = null;
  readonly #parts: LaterViewParts;

  constructor(parts: LaterViewParts) {
    this.#parts = parts;
  }

  /** Harmless to repeat. */
  load(): void {
    if (this.view || this.arriving) return;
    const { fetch: fetchView, after, changed } = this.#parts;
    this.arriving = fetchView().then(
      (view) => {
        this.arriving = null;
        this.view = view;
        changed();
      },
      () => {
        this.arriving = null;
        after(RETRY_MS, changed);
      },
    );
  }
}

/** The code of the view, and its words. */
export async function fetchView(drawable: Drawable): Promise<CallView> {
  const { CallView: View } = await import('./call-view.ts');
  const view = new View(drawable);
  await view.placed();
  return view;
}
