/** Elements that handle a press themselves. */
const IN_USE = 'button, a, input, select, textarea, [role=menu], [role=alert]';

/** A shorter movement, in pixels, is a press and not a drag. */
const THRESHOLD_PX = 4;

/** Moves a window with the pointer until the pointer is released. `press` must hit an empty part of the window. */
export function drag(press: PointerEvent, moving: HTMLElement): void {
  const used = press.composedPath().some((at) => at instanceof Element && at.matches(IN_USE));
  const box = moving.getBoundingClientRect();
  // A window that fills the page cannot move.
  if (used || press.button !== 0 || box.width >= innerWidth) return;
  const before = new DOMPoint(...(moving.style.translate || '0 0').split(' ').map(parseFloat));
  const ended = new AbortController();
  const { signal } = ended;
  const move = ({ clientX, clientY }: PointerEvent): void => {
    const [dx, dy] = [clientX - press.clientX, clientY - press.clientY];
    if (!moving.hasPointerCapture(press.pointerId) && Math.hypot(dx, dy) < THRESHOLD_PX) return;
    capture(moving, press.pointerId);
    const x = before.x + between(-box.left, dx, innerWidth - box.right);
    const y = before.y + between(-box.top, dy, innerHeight - box.bottom);
    moving.style.translate = `${x}px ${y}px`;
  };
  moving.addEventListener('pointermove', move, { signal });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    window.addEventListener(type, () => ended.abort(), { signal });
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

const between = (low: number, value: number, high: number): number =>
  Math.max(low, Math.min(value, high));
