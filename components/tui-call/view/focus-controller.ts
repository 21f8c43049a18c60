import { ancestorsOf, deepActiveElement, isTextEntry } from '../../shared/focus.ts';
import type { Screen } from './screen.ts';

interface Focusable extends HTMLElement {
  readonly updateComplete: Promise<boolean>;
}

/**
 * Moves the focus to a new screen, and out of a part that is removed. Returns the focus to its previous
 * element when the call is over. An incoming call does not take the focus from a text field: a screen
 * reader announces it, and the user continues to type.
 */
export class FocusController {
  readonly #host: HTMLElement;
  #origin: Element | null = null;
  #previousFocus: Element | null = null;
  #wasInside = false;
  /** The focused element inside the host and its ancestors, nearest first; empty if the focus is outside. */
  #ancestors: readonly Element[] = [];

  readonly #unblock: () => void;

  /** `unblock` is called before the focus moves into the host. */
  constructor(host: HTMLElement, unblock: () => void) {
    this.#host = host;
    this.#unblock = unblock;
  }

  /** Stores the focused element. To be called before each rendering. */
  remember(): void {
    const focused = ancestorsOf(deepActiveElement());
    if (!this.#isLost()) this.#ancestors = focused.includes(this.#host) ? focused : [];
  }

  /** Stores the focus before the screen is replaced, which removes the focused element. */
  leave(screen: Screen): void {
    this.#previousFocus = deepActiveElement();
    this.#wasInside = this.#isInside() || this.#isLost();
    if (screen === 'none' && !this.#wasInside) this.#origin = this.#previousFocus;
  }

  /** Moves the focus after the screen is replaced. `next` is null without a screen. Settles when the focus has moved. */
  async enter(before: Screen, next: Focusable | null): Promise<void> {
    if (!next) {
      if (this.#wasInside && this.#origin instanceof HTMLElement && this.#origin.isConnected)
        this.#origin.focus();
      this.#origin = null;
      return;
    }
    if (!this.#wasInside && (before !== 'none' || isTextEntry(this.#previousFocus))) return;
    // The chunk of the last screen may load after a short call has ended.
    await customElements.whenDefined(next.localName);
    await next.updateComplete;
    if (!next.isConnected) return;
    this.#unblock();
    next.focus();
  }

  /** Focuses the nearest focusable ancestor, or else the screen, if a rendering removed the focused element. */
  async recover(screen: Focusable | null): Promise<void> {
    await screen?.updateComplete;
    if (!this.#isLost()) return;
    const around = this.#ancestors.find((one) => one.isConnected && one.hasAttribute('tabindex'));
    (around instanceof HTMLElement ? around : screen)?.focus();
  }

  #isInside(): boolean {
    // `:focus-within` does not match around an element of the top layer.
    return ancestorsOf(deepActiveElement()).includes(this.#host);
  }

  #isLost(): boolean {
    const [last] = this.#ancestors;
    return !!last && !last.isConnected && deepActiveElement() === document.body;
  }
}
