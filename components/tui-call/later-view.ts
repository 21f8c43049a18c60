import type { CallView } from './call-view.ts';
import type { Drawable } from './drawable.ts';

/**
 * How an element looks comes with the first ring or call: a page before that has nothing to show and
 * loads no code for it. Fetches it once, and tries again as long as it is asked for.
 */
export class LaterView {
  /** null until it is there. */
  view: CallView | null = null;
  #loading = false;
  readonly #drawable: Drawable;
  readonly #changed: () => void;

  /** `changed`: it has come, or is to be asked for again. */
  constructor(drawable: Drawable, changed: () => void) {
    this.#drawable = drawable;
    this.#changed = changed;
  }

  /** Harmless to repeat. */
  load(): void {
    if (this.view || this.#loading) return;
    this.#loading = true;
    this.#fetch().then(
      (view) => {
        this.view = view;
        this.#changed();
      },
      () => {
        this.#loading = false;
        this.#drawable.drawing().parts?.after(RETRY_MS, this.#changed);
      },
    );
  }

  async #fetch(): Promise<CallView> {
    const { CallView: View } = await import('./call-view.ts');
    const view = new View(this.#drawable);
    await view.placed();
    return view;
  }
}

/** A ring that nobody sees is a missed one. */
const RETRY_MS = 1_000;
