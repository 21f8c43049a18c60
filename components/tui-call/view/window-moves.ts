import {
  nearestCorner,
  nextCorner,
  placeAfterKey,
  sized,
  type WindowPlace,
} from './window-place-changes.ts';

/** Elements that handle a press themselves. */
const IN_USE = 'button, a, input, select, textarea, [role=menu], [role=alert]';

/** A shorter movement, in pixels, is a press and not a drag. */
const THRESHOLD_PX = 4;

interface MovableWindow {
  readonly place: WindowPlace;
  move(place: WindowPlace, moving: HTMLElement): void;
}

/** Moves and resizes the floating window with pointer and keyboard. */
export class WindowMoves {
  readonly #window: MovableWindow;
  /** A drag of the handle has resized the window: its click is not a press. */
  #resized = false;

  constructor(window: MovableWindow) {
    this.#window = window;
  }

  /**
   * Moves the window with the pointer; on its release the window goes to the nearest corner.
   *
   * @param path - the composed path of the press
   */
  drag(press: PointerEvent, path: readonly EventTarget[], moving: HTMLElement): void {
    const used = path.some((at) => at instanceof Element && at.matches(IN_USE));
    const box = moving.getBoundingClientRect();
    // A window that fills the page cannot move.
    if (used || press.button !== 0 || box.width >= innerWidth) return;
    follow(press, moving, {
      moved: (dx, dy) => {
        const x = between(-box.left, dx, innerWidth - box.right);
        const y = between(-box.top, dy, innerHeight - box.bottom);
        moving.style.translate = `${x}px ${y}px`;
      },
      ended: () => {
        const { x, y, width, height } = moving.getBoundingClientRect();
        const at = { x: x + width / 2, y: y + height / 2 };
        const page = { width: innerWidth, height: innerHeight };
        const corner = nearestCorner(at, page, isRtl(moving));
        this.#window.move({ ...this.#window.place, ...corner }, moving);
      },
    });
  }

  /** Resizes the window by its handle, which is in the corner that points to the middle of the page. */
  resize(press: PointerEvent, sizing: HTMLElement): void {
    this.#resized = false;
    if (press.button !== 0) return;
    const { width, height } = sizing.getBoundingClientRect();
    const { place } = this.#window;
    const [toEnd, down] = [place.start !== isRtl(sizing) ? 1 : -1, place.top ? 1 : -1];
    follow(press, sizing, {
      moved: (dx, dy) => {
        this.#resized = true;
        const next = sized(place, { width: width + dx * toEnd, height: height + dy * down });
        sizing.style.inlineSize = `${next.width}px`;
        sizing.style.blockSize = `${next.height}px`;
      },
      ended: () => this.#window.move(sized(place, sizing.getBoundingClientRect()), sizing),
    });
  }

  /** A press on the handle without a drag: the next corner, for users who cannot drag. */
  press(moving: HTMLElement): void {
    if (!this.#resized) this.#window.move(nextCorner(this.#window.place), moving);
    this.#resized = false;
  }

  /** Arrow keys on the handle move the window, with Shift they resize it. */
  key(event: KeyboardEvent, moving: HTMLElement): void {
    const { width, height } = moving.getBoundingClientRect();
    const next = placeAfterKey(this.#window.place, event, { width, height, isRtl: isRtl(moving) });
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    this.#window.move(next, moving);
  }
}

interface Following {
  readonly moved: (dx: number, dy: number) => void;
  readonly ended: () => void;
}

/** Follows the pointer until it is released. `ended` is called only after a drag. */
function follow(press: PointerEvent, element: HTMLElement, { moved, ended }: Following): void {
  const over = new AbortController();
  const { signal } = over;
  let dragged = false;
  const move = ({ clientX, clientY }: PointerEvent): void => {
    const [dx, dy] = [clientX - press.clientX, clientY - press.clientY];
    if (!dragged && Math.hypot(dx, dy) < THRESHOLD_PX) return;
    dragged = true;
    capture(element, press.pointerId);
    moved(dx, dy);
  };
  element.addEventListener('pointermove', move, { signal });
  const end = (): void => {
    over.abort();
    if (dragged) ended();
  };
  for (const type of ['pointerup', 'pointercancel'] as const) {
    window.addEventListener(type, end, { signal });
  }
}

/** Captures the pointer, so that it may leave the window. */
function capture(element: HTMLElement, pointerId: number): void {
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // The pointer is already gone. The drag continues while events reach the window.
  }
}

const isRtl = (element: Element): boolean => getComputedStyle(element).direction === 'rtl';

const between = (low: number, value: number, high: number): number =>
  Math.max(low, Math.min(value, high));
