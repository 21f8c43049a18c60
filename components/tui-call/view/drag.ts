/** What has a use of its own for a press. */
const IN_USE = 'button, a, input, select, textarea, [role=menu], [role=alert]';

/** Less than this is a press with an unsteady hand. */
const THRESHOLD_PX = 4;

/** Lets a window be moved by its empty parts, from this press on until the pointer lets go. */
export function drag(press: PointerEvent, moving: HTMLElement): void {
  const used = press.composedPath().some((at) => at instanceof Element && at.matches(IN_USE));
  const box = moving.getBoundingClientRect();
  // A window that fills the page has nowhere to go.
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

/** From here on the pointer may leave the window; one that is gone already cannot be held. */
function capture(element: HTMLElement, pointerId: number): void {
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // It goes on without, as long as the pointer is over the window.
  }
}

const between = (low: number, value: number, high: number): number =>
  Math.max(low, Math.min(value, high));
