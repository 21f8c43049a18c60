import { APP } from './worker-question.ts';
import type { PushEcho } from './push-subscription.ts';
import { wordsOf, type PushWords } from './push-words.ts';

// The service worker of push notifications: the worker of a page, or imported by one with importScripts().

/** A message of the call server (server/push/push-message.ts). */
type PushMessage = CallInfo &
  (
    | { readonly type: 'ring'; readonly remainingMs: number | null; readonly token: string }
    | { readonly type: 'ring-over'; readonly outcome: keyof PushWords['over'] }
  );

interface CallInfo {
  readonly app: typeof APP;
  readonly callId: string;
  readonly mediaType: 'audio' | 'video';
  readonly isGroup: boolean;
  readonly callerName: string;
  readonly echo: string;
}

/** What a shown notification knows of its call. */
interface ShownCall {
  readonly message: PushMessage;
}

/** The parts of the worker's scope that are used here; the DOM library has no types of it. */
interface WorkerScope {
  readonly registration: {
    showNotification(title: string, options: object): Promise<void>;
    getNotifications(filter: { tag: string }): Promise<readonly Notification[]>;
  };
  readonly clients: {
    matchAll(filter: object): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: 'push', listener: (event: PushEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: ClickEvent) => void): void;
}

interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown, transfer: readonly Transferable[]): void;
}

interface WaitingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface PushEvent extends WaitingEvent {
  readonly data: { json(): unknown } | null;
}

interface ClickEvent extends WaitingEvent {
  readonly action: string;
  readonly notification: Notification;
}

/** A page that does not answer is closed, frozen, or of another kind. */
const ANSWER_MS = 400;
/** A browser ends a worker some time after a push: 60 s in Firefox. */
const LONGEST_WAIT_MS = 55_000;

/** In the types of the DOM library it is the scope of a page. */
const anyScope: unknown = globalThis;
const scope = anyScope as WorkerScope;

scope.addEventListener('push', (event) => {
  const message = messageOf(event.data);
  if (message === null) return;
  // Other listeners of the page's own worker do not know the message.
  event.stopImmediatePropagation();
  event.waitUntil(message.type === 'ring' ? ring(message) : ringOver(message));
});

scope.addEventListener('notificationclick', (event) => {
  const shown = event.notification.data as ShownCall | null;
  const message = shown?.message;
  if (message?.app !== APP) return;
  event.stopImmediatePropagation();
  event.notification.close();
  const declines = message.type === 'ring' && event.action === 'decline';
  event.waitUntil(declines ? decline(message) : openPage(echoOf(message)));
});

function messageOf(data: PushEvent['data']): PushMessage | null {
  try {
    const message = data?.json() as PushMessage | null | undefined;
    return message?.app === APP ? message : null;
  } catch {
    return null;
  }
}

async function ring(message: PushMessage & { type: 'ring' }): Promise<void> {
  if ((await visiblePages()).length > 0) return;
  const words = wordsOf(echoOf(message).lang);
  await show(message, words[message.mediaType], {
    requireInteraction: true,
    renotify: true,
    vibrate: [400, 200, 400, 200, 400],
    actions: [
      { action: 'accept', title: words.accept },
      { action: 'decline', title: words.decline },
    ],
  });
  const { remainingMs } = message;
  if (remainingMs === null || remainingMs > LONGEST_WAIT_MS) return;
  // The push that ends the ring may be lost or late.
  await pause(remainingMs);
  const isShown = (await shownFor(message)).some(({ data }) => {
    const shown = (data as ShownCall).message;
    return shown.type === 'ring' && shown.token === message.token;
  });
  if (isShown) await ringOver({ ...message, type: 'ring-over', outcome: 'missed' });
}

/**
 * Replaces the notification of the ring. It is not only closed: a browser ends the subscription of a site whose pushes
 * show nothing.
 */
async function ringOver(message: PushMessage & { type: 'ring-over' }): Promise<void> {
  if ((await visiblePages()).length > 0) {
    for (const one of await shownFor(message)) one.close();
    return;
  }
  await show(message, wordsOf(echoOf(message).lang).over[message.outcome], { silent: true });
}

async function show(message: PushMessage, text: string, options: object): Promise<void> {
  const { callerName } = message;
  try {
    await scope.registration.showNotification(callerName || text, {
      ...(callerName && { body: text }),
      tag: tagOf(message),
      lang: echoOf(message).lang,
      data: { message } satisfies ShownCall,
      ...options,
    });
  } catch {
    // The system shows no notifications, or the user has withdrawn the permission.
  }
}

/** The token declines this ring only; the worker knows no userSig. */
async function decline(message: PushMessage & { type: 'ring' }): Promise<void> {
  const { token } = message;
  const url = `${echoOf(message).server.replace(/\/+$/, '')}/v1/push/decline`;
  const request = { method: 'POST', body: JSON.stringify({ token }), keepalive: true } as const;
  const send = () => fetch(url, { ...request, credentials: 'omit' });
  // Without a network the ring ends by itself.
  await send().catch(() => send().catch(() => undefined));
}

/** The browser permits it for a moment after the click only: before anything else. */
async function openPage({ page }: PushEcho): Promise<void> {
  const pages = await windows();
  const same = pages.find(({ url }) => url.split('#')[0] === page);
  const found = same ?? (await pagesWithCalls(pages))[0]?.client;
  await (found === undefined ? scope.clients.openWindow(page) : found.focus());
}

async function visiblePages(): Promise<readonly unknown[]> {
  return (await pagesWithCalls(await windows())).filter(({ state }) => state === 'visible');
}

const windows = () => scope.clients.matchAll({ type: 'window', includeUncontrolled: true });

/** The pages in which a user is signed in, as they answer, with their visibility. */
async function pagesWithCalls(pages: readonly WindowClient[]) {
  const answers = await Promise.all(pages.map((client) => answerOf(client)));
  return answers.filter(({ state }) => state !== null);
}

function answerOf(client: WindowClient): Promise<{ client: WindowClient; state: unknown }> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => resolve({ client, state: data });
    void pause(ANSWER_MS).then(() => resolve({ client, state: null }));
    client.postMessage({ app: APP }, [port2]);
  });
}

const shownFor = (message: PushMessage) =>
  scope.registration.getNotifications({ tag: tagOf(message) });

const tagOf = ({ callId }: PushMessage) => `${APP}:${callId}`;

function echoOf({ echo }: Pick<PushMessage, 'echo'>): PushEcho {
  return JSON.parse(echo) as PushEcho;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
