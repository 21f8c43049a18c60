import type { CallRenderer } from './call-renderer.ts';
import type { ViewHost } from './view-host.ts';

/** Milliseconds before a failed load is repeated. Short, because an invisible ring becomes a missed call. */
const RETRY_MS = 1_000;

export interface LazyViewDependencies {
  readonly fetch: () => Promise<CallRenderer>;
  readonly after: (ms: number, callback: () => void) => void;
  /** The view has loaded, or a failed load can be repeated. */
  readonly changed: () => void;
}

/**
 * Loads the view of an element at its first call: before that the element shows nothing and loads no code
 * for it. Loads it once. After a failure, requests a new update, whose `load()` tries again.
 */
export class LazyView {
  /** null until the view has loaded. */
  view: CallRenderer | null = null;
  /** Settles when the load has succeeded or failed. null while no load is running. */
  loading: Promise<void> | null = null;
  readonly #dependencies: LazyViewDependencies;

  constructor(dependencies: LazyViewDependencies) {
    this.#dependencies = dependencies;
  }

  /** Starts the load. Does nothing while a load is running and after one has succeeded. */
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

/** Loads the code of the view and its messages. */
export async function loadView(host: ViewHost): Promise<CallRenderer> {
  const { CallRenderer: View } = await import('./call-renderer.ts');
  const view = new View(host);
  await view.localeOrPlaceChanged();
  return view;
}
