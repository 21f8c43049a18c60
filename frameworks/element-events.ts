import {
  callbackEventName,
  type CallbackEventMap,
  type TuiCallEventMap,
} from '../components/shared/events.ts';
import { CALLBACK_FIELDS, type CallbackName } from '../src/engine/api/observer.ts';

export type EventName = keyof TuiCallEventMap & string;

/** The events of the element that correspond to no observer callback. */
const OWN_EVENTS: { readonly [Name in Exclude<EventName, keyof CallbackEventMap>]: true } = {
  'before-call': true,
  'before-hangup': true,
  'contacts-requested': true,
  'minimised-changed': true,
  'state-changed': true,
};

/** The names of all events of `<tui-call>`. */
export const EVENT_NAMES = [
  ...(Object.keys(CALLBACK_FIELDS) as CallbackName[]).map((name) => callbackEventName(name)),
  ...Object.keys(OWN_EVENTS),
] as readonly EventName[];

/** Passes each event of `element` to `listener`. Returns a function that removes the listeners. */
export function listenToAll(
  element: HTMLElement,
  listener: (name: EventName, event: Event) => void,
): () => void {
  const controller = new AbortController();
  for (const name of EVENT_NAMES) {
    element.addEventListener(name, (event) => listener(name, event), { signal: controller.signal });
  }
  return () => controller.abort();
}
