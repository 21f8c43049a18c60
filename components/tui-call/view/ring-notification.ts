/** Set while this browser is subscribed to push (src/adapters/push). */
const PUSHED = 'tui-call:push';

/** A system notification of a ring that the page does not show. Needs the page's permission; it is never requested. */
export class RingNotification {
  #shown: Notification | null = null;

  /** Shows the text; a notification that is shown keeps its own. '' closes it. */
  update(text: string): void {
    if (!text) {
      this.#shown?.close();
      this.#shown = null;
    } else if (!this.#shown && globalThis.Notification?.permission === 'granted') {
      try {
        // With push the service worker shows one.
        if (localStorage.getItem(PUSHED) !== null) return;
        this.#shown = new Notification(text);
        this.#shown.onclick = () => window.focus();
      } catch {
        // Browsers for phones show notifications of service workers only.
      }
    }
  }
}
