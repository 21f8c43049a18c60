import { ancestorsOf, deepActiveElement, deepElementFromPoint } from '../../shared/focus.ts';

/** The visible parts of the widget. The layer around them covers the viewport and lets pointers through. */
const SURFACES = '.window, .corner > *';

/**
 * Keeps the widget above the page and usable, whatever the page shows.
 *
 * The widget is a popover: in the browser's top layer no `transform`, `filter`, `contain`, `overflow` or `z-index` of
 * the page applies to it. What enters the top layer later lies above, so the popover is shown again after that.
 *
 * A modal dialog or `inert` of the page blocks all input outside of the dialog, also for popovers. Only another modal
 * dialog gets input then. So the widget becomes modal when it takes the focus, and when the user presses it or F6.
 * That ends when the user presses Escape or F6, or points at the page; the focus returns to where it was.
 *
 * In mode `inline` the widget stays in its own place, except while a modal dialog or a full screen covers the page.
 */
export class TopLayer {
  readonly #host: HTMLElement;
  readonly #focusScreen: () => void;
  #dialog: HTMLDialogElement | null = null;
  #isInline = false;
  /** Removes the listeners; null while nothing is shown. */
  #listening: AbortController | null = null;
  /** True from a press on the blocked widget until its click. */
  #isForwarding = false;

  constructor(host: HTMLElement, focusScreen: () => void) {
    this.#host = host;
    this.#focusScreen = focusScreen;
  }

  /** Shows what is rendered in the dialog, or hides it if that is nothing. To be called after each rendering. */
  update(dialog: HTMLDialogElement, isInline: boolean): void {
    this.#dialog = dialog;
    this.#isInline = isInline;
    // Without it `showModal()` focuses the first button, and a key pressed by chance would press that.
    dialog.autofocus = true;
    // A removal from the document ends the modal state and keeps the attribute `open`.
    if (!dialog.matches(':modal')) dialog.close();
    if (dialog.isConnected && this.#surfaces().length > 0) {
      this.#listening ??= this.#listen();
      if (isInline || !dialog.querySelector(':popover-open')) this.raise();
    } else {
      this.#listening?.abort();
      this.#listening = null;
      dialog.close();
      this.#popover?.hidePopover();
    }
  }

  /** Shows the widget above everything in the top layer. In mode `inline` only above a page that is covered. */
  raise(): void {
    if (!this.#isShown) return;
    const isBlocked = this.#isBlocked();
    if (!isBlocked) this.#dialog?.close();
    this.#place(isBlocked || !this.#isInline);
  }

  #place(inTopLayer: boolean): void {
    this.#popover?.hidePopover();
    if (inTopLayer) this.#popover?.showPopover();
  }

  /** Makes the widget modal if the page blocks it. To be called before the widget takes the focus. */
  unblock(): void {
    if (this.#isBlocked()) this.#becomeModal();
  }

  #becomeModal(): void {
    if (!this.#isShown || this.#dialog?.open) return;
    this.#dialog?.showModal();
    this.#place(true);
  }

  /** False also while the element is out of the document for a moment. */
  get #isShown(): boolean {
    return !!this.#listening && this.#host.isConnected;
  }

  get #popover(): HTMLElement | null {
    return this.#dialog?.querySelector<HTMLElement>('[popover]') ?? null;
  }

  #surfaces(): Element[] {
    return [...(this.#dialog?.querySelectorAll(SURFACES) ?? [])];
  }

  /** True if the page is inert around the widget, or shows a modal dialog or a full screen without it. */
  #isBlocked(): boolean {
    const around = ancestorsOf(this.#host);
    // A selector finds no dialog in a shadow root, but such a dialog has the focus.
    const focused = ancestorsOf(deepActiveElement()).filter((one) => one.matches(':modal'));
    return (
      around.some((one) => one.hasAttribute('inert')) ||
      [...document.querySelectorAll(':modal'), ...focused].some(
        (one) => one.getRootNode() !== this.#host.shadowRoot && !around.includes(one),
      )
    );
  }

  #listen(): AbortController {
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    // A dialog in a shadow root sends no `toggle` to the document, but takes the focus.
    for (const type of ['toggle', 'fullscreenchange', 'focusin'] as const)
      document.addEventListener(type, (event) => this.#onPageChanged(event), options);
    for (const type of ['pointerdown', 'pointermove'] as const)
      window.addEventListener(type, (event) => this.#onPointer(event), options);
    for (const type of ['mousedown', 'mouseup', 'click'] as const)
      window.addEventListener(type, (event) => this.#onMouse(event), options);
    window.addEventListener('keydown', (event) => this.#onKey(event), options);
    return listening;
  }

  #onPageChanged(event: Event): void {
    const path = event.composedPath();
    if (path.includes(this.#host)) return;
    if (event.type === 'focusin') {
      // While the widget is modal, only a newer modal dialog of the page can take the focus.
      this.#dialog?.close();
      if (!this.#isInline && !path.some((at) => isMatch(at, ':modal, :popover-open'))) return;
    }
    this.raise();
  }

  #onPointer(event: PointerEvent): void {
    const isPress = event.type === 'pointerdown';
    if (isPress) this.#isForwarding = false;
    const path = event.composedPath();
    if (path.includes(this.#host)) return;
    if (this.#dialog?.open) {
      if (!this.#covers(event)) this.#dialog.close();
    } else if (isPress && this.#covers(event)) {
      // A menu of the page may lie above the widget.
      if (path.some((at) => isMatch(at, ':popover-open'))) return;
      event.stopImmediatePropagation();
      this.#isForwarding = true;
      this.#becomeModal();
    }
  }

  /** Keeps a press on the blocked widget from the page, which would take it for a press beside its dialog. */
  #onMouse(event: MouseEvent): void {
    if (!this.#isForwarding) return;
    if (event.type === 'click') this.#isForwarding = false;
    if (event.composedPath().includes(this.#host)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    if (event.type === 'click' && this.#covers(event))
      deepElementFromPoint(event.clientX, event.clientY)?.dispatchEvent(
        new MouseEvent('click', event),
      );
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'F6') return;
    if (this.#dialog?.open) this.#dialog.close();
    else {
      this.unblock();
      if (!this.#dialog?.open) return;
      this.#focusScreen();
    }
    event.preventDefault();
  }

  #covers({ clientX: x, clientY: y }: MouseEvent): boolean {
    return this.#surfaces().some((surface) => {
      const { left, right, top, bottom } = surface.getBoundingClientRect();
      return x >= left && x < right && y >= top && y < bottom;
    });
  }
}

function isMatch(target: EventTarget, selector: string): boolean {
  return target instanceof Element && target.matches(selector);
}
