import { CallError } from '../../engine/api/call-error.ts';
import type { PushDevice, PushOwner } from '../../engine/api/ports.ts';
import type { PushTarget } from '../../protocol/index.ts';

/** The key in localStorage: one subscription of a browser belongs to one user. */
export const PUSH_KEY = 'tui-call:push';

/** What is remembered of this device. */
export interface RememberedPush extends PushOwner {
  readonly target: PushTarget;
}

/** PushDevice on the Push API. The code behind it is loaded when it is first needed. */
export class BrowserPush implements PushDevice {
  async subscribe(owner: PushOwner, vapidKey: string): Promise<PushTarget> {
    // In the task of the gesture: the permission needs one.
    const permission = await allowNotifications();
    if (permission === 'denied') {
      throw new CallError('permission-denied', 'notifications are blocked in this browser');
    }
    if (permission !== 'granted') {
      throw new CallError('not-supported-here', 'this browser shows no notifications here');
    }
    if (vapidKey === '') throw new CallError('not-supported-here', 'this server sends no Web Push');
    const { subscribe } = await load();
    const target = await subscribe(owner, vapidKey);
    return this.#remember(owner, target);
  }

  remember(owner: PushOwner, platform: string, token: string): PushTarget {
    return this.#remember(owner, { platform, address: token, p256dh: '', auth: '', echo: '' });
  }

  async restore(owner: PushOwner): Promise<PushTarget | null> {
    const known = remembered();
    if (known === null) return null;
    if (!isOf(known, owner)) {
      this.forget(known);
      return null;
    }
    const target = await load().then(
      ({ renew }) => renew(known),
      // The code cannot be loaded now: what the server knows is still right.
      () => known.target,
    );
    if (target === null) write(null);
    return target && this.#remember(owner, target);
  }

  forget(owner: PushOwner): PushTarget | null {
    const known = remembered();
    if (known === null || !isOf(known, owner)) return null;
    write(null);
    load()
      .then(({ unsubscribe }) => unsubscribe(known.target))
      .catch(() => {
        // The server has forgotten it, or does so when it sends the next message.
      });
    return known.target;
  }

  #remember({ server, userId }: PushOwner, target: PushTarget): PushTarget {
    write(JSON.stringify({ server, userId, target }));
    return target;
  }
}

const load = () => import('./push-subscription.ts');

/** @throws {CallError} wrong-state without a user gesture, where the browser would have to ask. */
async function allowNotifications(): Promise<NotificationPermission | 'unsupported'> {
  const api = globalThis.Notification as typeof Notification | undefined;
  if (api?.permission !== 'default') return api?.permission ?? 'unsupported';
  if (!navigator.userActivation?.isActive) {
    throw new CallError('wrong-state', 'the permission can only be asked for in a user gesture');
  }
  return api.requestPermission();
}

function isOf(known: PushOwner, { server, userId }: PushOwner): boolean {
  return known.server === server && known.userId === userId;
}

function remembered(): RememberedPush | null {
  try {
    return JSON.parse(localStorage.getItem(PUSH_KEY) ?? 'null') as RememberedPush | null;
  } catch {
    return null;
  }
}

function write(value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PUSH_KEY);
    else localStorage.setItem(PUSH_KEY, value);
  } catch {
    // Storage is forbidden: then the subscription lasts until the server learns that it is gone.
  }
}
