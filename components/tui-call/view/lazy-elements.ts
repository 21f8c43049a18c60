import { register, type ElementTable } from './register.ts';

/*
 * What only some calls show, each fetched when it is needed, again and again until it has come: a second
 * caller that nobody sees is a missed one. Meanwhile its place says so in words (`part-failed` in call-renderer).
 */

const RETRY_MS = 2_000;

type Wait = (ms: number, callback: () => void) => void;

/** A part of the screens; `load` fetches it. */
export class LazyElements {
  readonly #fetch: () => Promise<ElementTable>;
  #state: 'absent' | 'arriving' | 'there' = 'absent';

  constructor(fetchTable: () => Promise<ElementTable>) {
    this.#fetch = fetchTable;
  }

  /** Harmless to repeat. `wait` is of the element that needs it: with that its retries end. */
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

/** Calls beside the one on the screen. */
export const otherCallElements = new LazyElements(
  async () => (await import('./screens/other-call-screens.ts')).otherCallScreens,
);

/** Who is in a call, and whom one could ask in. */
export const peopleElements = new LazyElements(
  async () => (await import('./screens/people-screens.ts')).peopleScreens,
);

/** What is changed in the own picture and sound. */
export const effectsPart = new LazyElements(
  async () => (await import('../effects-screens.ts')).effectsScreens,
);
