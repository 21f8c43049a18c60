import { CallError } from '../../engine/api/call-error.ts';
import type { KeyValue, PushOwner } from '../../engine/api/ports.ts';
import type { PushTarget } from '../../protocol/index.ts';
import { PUSH_KEY, remembered, type RememberedPush } from './remembered-push.ts';
import { answerWorker } from './worker-question.ts';

/** Where the worker is registered if the page has no worker of its own. */
const WORKER = '/tui-call-push-worker.js';
/** A browser without a network does not answer at all. */
const TIMEOUT_MS = 15_000;

/** What the worker needs to know when it shows a notification; the server returns it with each push. */
export interface PushEcho {
  /** The URL at which the worker reaches the call server. */
  readonly server: string;
  /** The page that shows the call. */
  readonly page: string;
  /** The language of the notification. */
  readonly lang: string;
}

/** The key of the server, '' if it has none, and the key that the page names. */
interface Keys {
  readonly serverKey: string;
  readonly vapidKey?: string | undefined;
}

/**
 * Subscribes this browser, with the worker that the page has registered or with the one at the root of its site.
 *
 * @throws {CallError} wrong-state | permission-denied | not-supported-here | invalid-parameter | signaling-failed
 */
export async function subscribe(
  storage: KeyValue,
  owner: PushOwner,
  { serverKey, vapidKey = serverKey }: Keys,
): Promise<PushTarget> {
  checkPermission();
  if (serverKey === '') throw unsupported('this server sends no Web Push');
  if (vapidKey !== serverKey) {
    throw new CallError('invalid-parameter', 'vapidKey is not that of the server');
  }
  const registration = await within(workerRegistration(), 'the service worker does not start');
  const subscription = await subscribed(registration.pushManager, bytesOf(vapidKey));
  answerWorker();
  return remember(storage, owner, targetOf(subscription, owner));
}

/** What the server has to know of this device as it is now; null if nothing is remembered of this user any more. */
export async function restore(storage: KeyValue, owner: PushOwner): Promise<PushTarget | null> {
  const known = remembered(storage);
  if (known === null) return null;
  const isOwn = known.server === owner.server && known.userId === owner.userId;
  const target = isOwn ? await renewed(known) : null;
  if (target !== null) return remember(storage, owner, target);
  storage.write(PUSH_KEY, null);
  await unsubscribe(known.target);
  return null;
}

/** Remembers that the rings of this user are for this device. */
export function remember(storage: KeyValue, owner: PushOwner, target: PushTarget): PushTarget {
  const { server, userId } = owner;
  storage.write(PUSH_KEY, JSON.stringify({ server, userId, target } satisfies RememberedPush));
  return target;
}

function checkPermission(): void {
  const { Notification: api } = globalThis as { Notification?: typeof Notification };
  if (api === undefined || !('serviceWorker' in navigator && 'PushManager' in globalThis)) {
    throw unsupported('this browser has no Web Push here');
  }
  if (api.permission === 'denied') {
    throw new CallError('permission-denied', 'notifications are blocked in this browser');
  }
  if (api.permission !== 'granted') {
    throw new CallError('wrong-state', 'the permission is asked for in a user gesture only');
  }
}

async function subscribed(manager: PushManager, key: Uint8Array<ArrayBuffer>) {
  const known = await manager.getSubscription();
  // A subscription to another key receives nothing from this server.
  if (known !== null && !isSame(known.options.applicationServerKey, key)) await known.unsubscribe();
  const work = manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const failed = work.catch((cause: unknown) => {
    throw failureOf(cause);
  });
  return within(failed, 'the push service does not answer');
}

/** The target as it is now; null if the user or the browser has ended it. */
async function renewed({ server, target }: RememberedPush): Promise<PushTarget | null> {
  if (target.platform !== 'web') return target;
  if (Notification.permission !== 'granted') return null;
  const subscription = await ownSubscription();
  if (subscription === null) return null;
  answerWorker();
  return targetOf(subscription, { server });
}

/** Ends the subscription. */
export async function unsubscribe({ platform, address }: PushTarget): Promise<void> {
  if (platform !== 'web') return;
  const subscription = await ownSubscription();
  if (subscription?.endpoint === address) await subscription.unsubscribe();
}

async function ownSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** @throws {CallError} not-supported-here */
async function workerRegistration(): Promise<ServiceWorkerRegistration> {
  const workers = navigator.serviceWorker;
  const known = await workers.getRegistration();
  if (known === undefined) {
    try {
      await workers.register(WORKER);
    } catch (cause) {
      const text = `no service worker: serve tui-call-push-worker.js at ${WORKER} of this site`;
      throw unsupported(text, cause);
    }
  }
  return workers.ready;
}

function unsupported(message: string, cause?: unknown): CallError {
  return new CallError('not-supported-here', message, { cause });
}

function failureOf(cause: unknown): CallError {
  const { name = '', message = '' } = cause instanceof Error ? cause : {};
  if (name === 'NotAllowedError') return new CallError('permission-denied', message, { cause });
  return new CallError('signaling-failed', `the push service failed: ${message}`, { cause });
}

function targetOf(subscription: PushSubscription, { server }: Pick<PushOwner, 'server'>) {
  const { endpoint, keys } = subscription.toJSON();
  const { origin, pathname, search } = location;
  const lang = document.documentElement.lang || navigator.language;
  const echo: PushEcho = { server, page: `${origin}${pathname}${search}`, lang };
  return {
    platform: 'web',
    address: endpoint ?? '',
    p256dh: keys?.['p256dh'] ?? '',
    auth: keys?.['auth'] ?? '',
    echo: JSON.stringify(echo),
  };
}

/** @throws {CallError} signaling-failed after TIMEOUT_MS. */
async function within<T>(work: Promise<T>, failure: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CallError('signaling-failed', failure)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws {CallError} invalid-parameter */
function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  try {
    const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(text, (one) => one.charCodeAt(0));
  } catch (cause) {
    throw new CallError('invalid-parameter', 'the VAPID key is malformed', { cause });
  }
}

function isSame(one: ArrayBuffer | null, other: Uint8Array): boolean {
  const bytes = new Uint8Array(one ?? new ArrayBuffer(0));
  return bytes.length === other.length && bytes.every((byte, index) => byte === other[index]);
}
