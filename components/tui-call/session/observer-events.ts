import { CALLBACK_FIELDS, type Notification } from '../../../src/engine/api/observer.ts';
import { callbackEventName } from '../../shared/events.ts';

/** The DOM event of one observer callback; only `call-received` can be prevented: only there it does something. */
export function observerEvent({ name, args, info }: Notification): CustomEvent {
  const values: readonly unknown[] = args;
  const named = CALLBACK_FIELDS[name].map((field, i) => [field, values[i]] as const);
  return new CustomEvent(callbackEventName(name), {
    bubbles: true,
    composed: true,
    cancelable: name === 'onCallReceived',
    // The arguments come last: where `info` has a field of the same name, theirs is the exact one.
    detail: { ...info, ...Object.fromEntries(named) },
  });
}
