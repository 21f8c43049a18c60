import { CALLBACK_FIELDS, type Notification } from '../../../src/engine/api/observer.ts';
import { callbackEventName } from '../../shared/events.ts';

/** The DOM event of an observer callback. Only `call-received` is cancelable. */
export function observerEvent({ name, args, info }: Notification): CustomEvent {
  const values: readonly unknown[] = args;
  const named = CALLBACK_FIELDS[name].map((field, i) => [field, values[i]] as const);
  return new CustomEvent(callbackEventName(name), {
    bubbles: true,
    composed: true,
    cancelable: name === 'onCallReceived',
    // The arguments come last: they replace a field of `info` with the same name.
    detail: { ...info, ...Object.fromEntries(named) },
  });
}
