import { register, type ElementTable } from '../../shared/register.ts';

/*
 * Lazy chunks that only some calls need. A chunk loads when it is first needed and is retried until it has
 * loaded: a waiting call that stays invisible becomes a missed call. Until then call-renderer shows the
 * message `partFailed`.
 */

const RETRY_MS = 2_000;

type Wait = (ms: number, callback: () => void) => void;

/** A lazy chunk of elements. */
export class LazyElements {
  readonly #fetch: () => Promise<ElementTable>;
  #state: 'absent' | 'arriving' | 'there' = 'absent';

  constructor(fetchTable: () => Promise<ElementTable>) {
    this.#fetch = fetchTable;
  }

  /**
   * Starts the load. Does nothing while one is running and after one has succeeded. `wait` is the timer of
   * the element that needs the chunk: the retries end with that element.
   */
  load(wait: Wait): void {
    if (this.#state !== 'absent') return;
    this.#state = 'arriving';
    this.#fetch().then(
      (table) => {
        register(table);
        this.#state = 'there';
      },
      () => {
        this.#state = 'absent';
        wait(RETRY_MS, () => this.load(wait));
      },
    );
  }
}

/** The elements of waiting calls, held calls and a call on another device. */
export const otherCallElements = new LazyElements(
  async () => (await import('./screens/other-call-screens.ts')).otherCallScreens,
);

/** The notice of an error. */
export const problemElements = new LazyElements(
  async () => (await import('./screens/problem-screens.ts')).problemScreens,
);

/** The elements of the people panel: the members, and the contacts to invite. */
export const peopleElements = new LazyElements(
  async () => (await import('./screens/people-screens.ts')).peopleScreens,
);

/** The menu of effects on the own picture and sound, and their problems. */
export const effectElements = new LazyElements(
  async () => (await import('./screens/effects-screens.ts')).effectsScreens,
);

/** The menu behind "More". */
export const menuElements = new LazyElements(
  async () => (await import('./screens/menu-screens.ts')).menuScreens,
);

/** The minimised call. */
export const pillElements = new LazyElements(
  async () => (await import('./screens/pill-screens.ts')).pillScreens,
);
