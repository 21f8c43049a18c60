import type { CallRenderer } from './call-renderer.ts';
import type { ViewHost } from './view-host.ts';

/** A ring that nobody sees is a missed one. */
const RETRY_MS = 1_000;

export interface LazyViewDependencies {
  readonly fetch: () => Promise<CallRenderer>;
  readonly after: (ms: number, callback: () => void) => void;
  /** It has come, or is to be asked for again where it is still wanted. */
  readonly changed: () => void;
}

/**
 * How an element looks comes with the first ring or call: a page before that has nothing to show and
 * loads no code for it. Fetched once; after a failure again, as long as it is asked for.
 */
export class LazyView {
  /** null until it is there. */
  view: CallRenderer | null = null;
  /** Settles when it has come, or could not; null while it is not on its way. */
  loading: Promise<void> | null = null;
  readonly #dependencies: LazyViewDependencies;

  constructor(dependencies: LazyViewDependencies) {
    this.#dependencies = dependencies;
  }

  /** Harmless to repeat. */
  load(): void {
    if (this.view || this.loading) return;
    const { fetch: fetchView, after, changed } = this.#dependencies;
    this.loading = fetchView().then(
      (view) => {
        this.loading = null;
        this.view = view;
        changed();
      },
      () => {
        this.loading = null;
        after(RETRY_MS, changed);
      },
    );
  }
}

/** The code of the view, and its words. */
export async function loadView(host: ViewHost): Promise<CallRenderer> {
  const { CallRenderer: View } = await import('./call-renderer.ts');
  const view = new View(host);
  await view.localeOrPlaceChanged();
  return view;
}
