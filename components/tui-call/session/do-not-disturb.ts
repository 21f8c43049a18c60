import type { ElementDependencies } from './dependencies.ts';

type Dependencies = Pick<ElementDependencies, 'storage' | 'after' | 'wallTime'>;

const KEY = 'do-not-disturb';

/** Whether rings of this browser are silent. All tabs share it; it ends by itself. */
export class DoNotDisturb {
  readonly #dependencies: Dependencies;
  readonly #ended: () => void;
  #cancel: (() => void) | null = null;

  /** `ended` is called when the time is over or the setting changes: a call that rings then becomes audible. */
  constructor(dependencies: Dependencies, ended: () => void) {
    this.#dependencies = dependencies;
    this.#ended = ended;
  }

  get active(): boolean {
    const left = Number(this.#dependencies.storage.read(KEY) ?? 0) - this.#dependencies.wallTime();
    this.#cancel?.();
    this.#cancel = left > 0 ? this.#dependencies.after(left, this.#ended) : null;
    return left > 0;
  }

  set(until: Date | null): void {
    this.#dependencies.storage.write(KEY, until && String(until.getTime()));
    this.#ended();
  }
}
