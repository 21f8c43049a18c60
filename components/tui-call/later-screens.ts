import type * as callScreens from './call-screens.ts';
import { register } from './register.ts';

type Later = typeof callScreens;

/** Fetches what a running call shows, once it is needed. */
export class LaterScreens {
  /** null until it is there. */
  module: Later | null = null;
  #loading = false;
  readonly #onLoad: () => void;

  constructor(onLoad: () => void) {
    this.#onLoad = onLoad;
  }

  /** Harmless to repeat: a failed try is made again by the next one. */
  load(): void {
    if (this.module || this.#loading) return;
    this.#loading = true;
    import('./call-screens.ts').then(
      (module) => {
        register(module.callScreens);
        this.module = module;
        this.#onLoad();
      },
      () => (this.#loading = false),
    );
  }
}
