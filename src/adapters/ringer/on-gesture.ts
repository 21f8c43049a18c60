/** Calls back in user gestures, in which the browser allows sound. */
export function onGesture(callback: () => void, ended: AbortSignal): void {
  for (const type of ['pointerdown', 'pointerup', 'keydown'] as const) {
    document.addEventListener(type, callback, { signal: ended, capture: true, passive: true });
  }
}
