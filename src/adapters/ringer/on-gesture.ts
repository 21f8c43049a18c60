/** The browser lets sound through inside these, once the user has touched the page. */
export function onGesture(callback: () => void, ended: AbortSignal): void {
  for (const type of ['pointerdown', 'pointerup', 'keydown'] as const) {
    document.addEventListener(type, callback, { signal: ended, capture: true, passive: true });
  }
}
