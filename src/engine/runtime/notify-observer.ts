import type { Notification, TUICallObserver } from '../api/observer.ts';

/** Calls the observer's callback for this notification, if the observer has it. */
export function notifyObserver(observer: TUICallObserver, notification: Notification): void {
  const callback: unknown = observer[notification.name];
  if (typeof callback !== 'function') return;
  Reflect.apply(callback, observer, [...notification.args, notification.info]);
}
