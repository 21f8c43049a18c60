import { focused, isTypingIn } from '../focus.ts';
import type { Screen } from './screen.ts';

interface Focusable extends HTMLElement {
  readonly updateComplete: Promise<boolean>;
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

  /** After it: `next` is null when nothing is shown any more. Settles when the focus has moved. */
  async arrive(before: Screen, next: Focusable | null): Promise<void> {
    if (!next) {
      if (this.#wasInside && this.#origin instanceof HTMLElement && this.#origin.isConnected)
        this.#origin.focus();
      this.#origin = null;
      return;
    }
    if (!this.#wasInside && (before !== 'none' || isTypingIn(this.#from))) return;
    // A call that ends at once is over before the code of its last screen has come.
    await customElements.whenDefined(next.localName);
    await next.updateComplete;
    if (next.isConnected) next.focus();
  }
}
