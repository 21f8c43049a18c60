import { setMaxListeners } from 'node:events';

/**
 * What the production socket asks of the page it runs in: whether the network is back, and whether it is
 * shown. One page for all the engines of this process. Must be imported before anything of socket.io's.
 */
const page = new EventTarget();
setMaxListeners(0, page);

Object.assign(globalThis, {
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
});

/** The browser says that the network is back: every waiting socket tries at once. */
export function networkIsBack(): void {
  page.dispatchEvent(new Event('online'));
}

const shown = Object.assign(new EventTarget(), { visibilityState: 'visible' });
setMaxListeners(0, shown);

/** Only while this runs is there a document: LiveKit's server SDK takes one for a browser. */
export function inPage(work: () => void): void {
  Object.assign(globalThis, { document: shown });
  try {
    work();
  } finally {
    Reflect.deleteProperty(globalThis, 'document');
  }
}
