/** The name under which page, worker and server know messages of this library. */
export const APP = 'tui-call';

let isAnswering = false;

/** Answers the worker's question whether a page shows the call itself: only while the user sees the page. */
export function answerWorker(): void {
  if (isAnswering) return;
  isAnswering = true;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('app' in data) || data.app !== APP) return;
    ports[0]?.postMessage(document.visibilityState);
  });
  // Without it, messages wait for the end of loading.
  navigator.serviceWorker.startMessages();
}
