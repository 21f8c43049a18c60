import type { KeyValue, PushDevice, PushOwner } from '../../engine/api/ports.ts';
import type { PushTarget } from '../../protocol/index.ts';
import { PUSH_KEY, remembered } from './remembered-push.ts';

/** PushDevice on the Push API. Its code is loaded when it is first needed. */
export class BrowserPush implements PushDevice {
  readonly #storage: KeyValue;

  constructor(storage: KeyValue) {
    this.#storage = storage;
  }

  async subscribe(owner: PushOwner, serverKey: string, vapidKey?: string): Promise<PushTarget> {
    // In the task of the gesture: a browser may ask at no other time.
    if (globalThis.Notification?.permission === 'default' && navigator.userActivation?.isActive)
      await Notification.requestPermission();
    return (await load()).subscribe(this.#storage, owner, { serverKey, vapidKey });
  }

  async remember(owner: PushOwner, platform: string, address: string): Promise<PushTarget> {
    const target = { platform, address, p256dh: '', auth: '', echo: '' };
    return (await load()).remember(this.#storage, owner, target);
  }

  async restore(owner: PushOwner): Promise<PushTarget | null> {
    return this.#storage.read(PUSH_KEY) ? (await load()).restore(this.#storage, owner) : null;
  }

  forget({ server, userId }: PushOwner): PushTarget | null {
    const known = remembered(this.#storage);
    if (known?.server !== server || known.userId !== userId) return null;
    this.#storage.write(PUSH_KEY, null);
    load()
      .then(({ unsubscribe }) => unsubscribe(known.target))
      .catch(() => {
        // The server has forgotten it, or does so when it sends the next message.
      });
    return known.target;
  }
}

const load = () => import('./push-subscription.ts');
