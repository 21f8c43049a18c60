import type { Notification, TUICallObserver } from '../api/observer.ts';

/** Calls the one callback of the observer that the notification names. */
export function notifyObserver(observer: TUICallObserver, notification: Notification): void {
  const callback: unknown = observer[notification.name];
  if (typeof callback !== 'function') return;
  Reflect.apply(callback, observer, [...notification.args, notification.info]);
}
