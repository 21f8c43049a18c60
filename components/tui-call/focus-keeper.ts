import { focused, isTypingIn } from '../focus.ts';
import type { Screen } from './screen.ts';

interface Focusable {
  readonly updateComplete: Promise<boolean>;
  focus(): void;
}

/**
 * Where the focus goes when a screen comes, and back to where it was when the call is over. A ring
 * takes no focus from somebody who is typing: they hear of it, and their text stays theirs.
 */
export class FocusKeeper {
  readonly #host: HTMLElement;
  #origin: Element | null = null;
  #from: Element | null = null;
  #wasInside = false;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Before the screen is exchanged: afterwards the focus in it is gone. */
  leave(screen: Screen): void {
    this.#from = focused();
    this.#wasInside = this.#host.matches(':focus-within');
    if (screen === 'none' && !this.#wasInside) this.#origin = this.#from;
  }

  /** After it: `next` is null when nothing is shown any more. */
  arrive(before: Screen, next: Focusable | null): void {
    if (!next) {
      if (this.#wasInside && this.#origin instanceof HTMLElement && this.#origin.isConnected)
        this.#origin.focus();
      this.#origin = null;
      return;
    }
    if (this.#wasInside || (before === 'none' && !isTypingIn(this.#from))) {
      void next.updateComplete.then(() => next.focus());
    }
  }
}
