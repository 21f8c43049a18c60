import { deepActiveElement, isTextEntry } from '../../shared/focus.ts';
import type { Screen } from './screen.ts';

interface Focusable extends HTMLElement {
  readonly updateComplete: Promise<boolean>;
}

/**
 * Where the focus goes when a screen comes or a part of it goes, and back to where it was when the call
 * is over. A ring takes no focus from somebody who is typing: they hear of it, and their text stays theirs.
 */
export class FocusController {
  readonly #host: HTMLElement;
  #origin: Element | null = null;
  #previousFocus: Element | null = null;
  #wasInside = false;
  /** What had the focus inside, and all around it, the nearest first; empty where it was on the page. */
  #ancestors: readonly Element[] = [];

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Before anything is drawn anew. */
  remember(): void {
    if (!this.#isLost()) this.#ancestors = this.#isInside() ? ancestorsOf(deepActiveElement()) : [];
  }

  /** Before the screen is exchanged: afterwards the focus in it is gone. */
  leave(screen: Screen): void {
    this.#previousFocus = deepActiveElement();
    this.#wasInside = this.#isInside() || this.#isLost();
    if (screen === 'none' && !this.#wasInside) this.#origin = this.#previousFocus;
  }

  /** After it: `next` is null when nothing is shown any more. Settles when the focus has moved. */
  async enter(before: Screen, next: Focusable | null): Promise<void> {
    if (!next) {
      if (this.#wasInside && this.#origin instanceof HTMLElement && this.#origin.isConnected)
        this.#origin.focus();
      this.#origin = null;
      return;
    }
    if (!this.#wasInside && (before !== 'none' || isTextEntry(this.#previousFocus))) return;
    // A call that ends at once is over before the code of its last screen has come.
    await customElements.whenDefined(next.localName);
    await next.updateComplete;
    if (next.isConnected) next.focus();
  }

  /** A button may go with what it was pressed for: then what was around it takes the focus, or the screen. */
  async recover(screen: Focusable | null): Promise<void> {
    await screen?.updateComplete;
    if (!this.#isLost()) return;
    const around = this.#ancestors.find((one) => one.isConnected && one.hasAttribute('tabindex'));
    (around instanceof HTMLElement ? around : screen)?.focus();
  }

  #isInside(): boolean {
    return this.#host.matches(':focus-within');
  }

  #isLost(): boolean {
    const [last] = this.#ancestors;
    return !!last && !last.isConnected && deepActiveElement() === document.body;
  }
}

/** An element and all that hold it, through shadow roots. */
function ancestorsOf(from: Element | null): readonly Element[] {
  const ancestors: Element[] = [];
  for (let one = from; one; one = parentOf(one)) ancestors.push(one);
  return ancestors;
}

function parentOf(element: Element): Element | null {
  const root = element.getRootNode();
  return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}
