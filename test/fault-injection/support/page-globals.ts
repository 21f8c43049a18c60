import { setMaxListeners } from 'node:events';

/**
 * What the production socket asks of the page it runs in: whether the network is back, and whether it is
 * shown. One page for all the engines of this process. Must be imported before anything of socket.io's.
 */
const page = new EventTarget();
setMaxListeners(0, page);

Object.assign(globalThis, globalsOf(page));

function globalsOf(events: EventTarget) {
  return {
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  };
}

/** The browser says that the network is back: every waiting socket tries at once. */
export function networkIsBack(): void {
  page.dispatchEvent(new Event('online'));
}

const shown = Object.assign(new EventTarget(), { visibilityState: 'visible' });
setMaxListeners(0, shown);

/**
 * Only while this runs is there a document: LiveKit's server SDK takes one for a browser. With `events`,
 * whatever listens to the page from now on hears of these alone.
 */
export function inPage(work: () => void, events: EventTarget = page): void {
  Object.assign(globalThis, { document: shown, ...globalsOf(events) });
  try {
    work();
  } finally {
    Reflect.deleteProperty(globalThis, 'document');
    Object.assign(globalThis, globalsOf(page));
  }
}
