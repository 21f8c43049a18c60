import assert from 'node:assert/strict';
import type { CDPSession, WebWorker } from 'puppeteer-core';
import type { PushTarget } from '../../../src/protocol/index.ts';
import { eventually } from './eventually.ts';
import type { WidgetPage } from './widget-page.ts';

/** A notification as the system shows it. */
export interface ShownNotification {
  readonly title: string;
  readonly body: string;
  readonly actions: readonly string[];
  readonly tag: string;
}

interface Waiting {
  waitUntil(work: Promise<unknown>): void;
}

/** The parts of the worker's scope that tests use. */
interface Scope {
  readonly registration: {
    getNotifications(): Promise<readonly (Notification & { actions: { title: string }[] })[]>;
  };
  readonly clients: { openWindow: (url: string) => Promise<unknown> };
}

/**
 * Runs in the page before its scripts: subscriptions of this browser go to the push service of the test. A browser
 * without a network would wait for its own.
 */
export function withSubscription({ address, p256dh, auth }: PushTarget): string {
  const keys = JSON.stringify({ p256dh, auth });
  return `{
    const KEY = 'subscribed-in-the-test';
    const subscription = (key) => ({
      endpoint: ${JSON.stringify(address)},
      options: { applicationServerKey: Uint8Array.from(key).buffer },
      toJSON: () => ({ endpoint: ${JSON.stringify(address)}, keys: ${keys} }),
      unsubscribe: async () => { localStorage.removeItem(KEY); return true; },
    });
    PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
      if (userVisibleOnly !== true) throw new DOMException('', 'NotAllowedError');
      const key = [...applicationServerKey];
      localStorage.setItem(KEY, JSON.stringify(key));
      return subscription(key);
    };
    PushManager.prototype.getSubscription = async () => {
      const key = JSON.parse(localStorage.getItem(KEY));
      return key && subscription(key);
    };
  }`;
}

/** The service worker of a page, in which messages of a push service arrive. */
export class PushBrowser {
  readonly #session: CDPSession;
  readonly #origin: string;
  readonly #page: WidgetPage;
  #registrationId = '';

  private constructor(session: CDPSession, page: WidgetPage, origin: string) {
    this.#session = session;
    this.#page = page;
    this.#origin = origin;
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const { registrationId, scopeURL } of registrations) {
        if (scopeURL.startsWith(origin)) this.#registrationId = registrationId;
      }
    });
  }

  /** Of the browser of this page; it lasts longer than the page. */
  static async of(page: WidgetPage, origin: string): Promise<PushBrowser> {
    const blank = await page.context.newPage();
    const session = await blank.createCDPSession();
    const browser = new PushBrowser(session, page, origin);
    await session.send('ServiceWorker.enable');
    return browser;
  }

  /** Delivers a message as the push service of the browser does. */
  async deliver(data: string): Promise<void> {
    await eventually(
      async () => this.#registrationId !== '',
      async () => 'no service worker is registered',
    );
    const [origin, registrationId] = [this.#origin, this.#registrationId];
    await this.#session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  }

  /** Everything that the worker does for the messages and clicks from now on is done when the function resolves. */
  async watch(): Promise<() => Promise<void>> {
    const worker = await this.worker();
    await worker.evaluate(() => {
      const events = Reflect.get(globalThis, 'ExtendableEvent') as { prototype: Waiting };
      const { waitUntil } = events.prototype;
      const work: Promise<unknown>[] = [];
      events.prototype.waitUntil = function (promise) {
        work.push(promise);
        waitUntil.call(this, promise);
      };
      Reflect.set(globalThis, 'work', work);
    });
    return () =>
      worker.evaluate(async () => {
        await Promise.all(Reflect.get(globalThis, 'work') as Promise<unknown>[]);
      });
  }

  async worker(): Promise<WebWorker> {
    const browser = this.#page.context;
    const target = await browser.waitForTarget(
      (one) => String(one.type()) === 'service_worker' && one.url().startsWith(this.#origin),
    );
    const worker = await target.worker();
    assert.ok(worker);
    return worker;
  }

  async notifications(): Promise<readonly ShownNotification[]> {
    return (await this.worker()).evaluate(async () => {
      const found: unknown = globalThis;
      const { registration } = found as Scope;
      const shown = await registration.getNotifications();
      return shown.map(({ title, body, actions, tag }) => {
        return { title, body, tag, actions: actions.map((one) => one.title) };
      });
    });
  }

  /** The first list of notifications that matches. */
  shows(
    what: string,
    matches: (shown: readonly ShownNotification[]) => boolean,
  ): Promise<readonly ShownNotification[]> {
    return eventually(
      async () => {
        const shown = await this.notifications();
        return matches(shown) && shown;
      },
      async () => `never ${what}: ${JSON.stringify(await this.notifications())}`,
    );
  }

  /** Clicks the notification, or a button of it. Returns the pages that the worker opens. */
  async click(action: 'accept' | 'decline' | ''): Promise<readonly string[]> {
    return (await this.worker()).evaluate(async (name) => {
      const found: unknown = globalThis;
      const scope = found as Scope;
      const opened: string[] = [];
      // Browsers permit it after a click of the user only.
      scope.clients.openWindow = async (url) => void opened.push(url);
      const [notification] = await scope.registration.getNotifications();
      const Click = Reflect.get(globalThis, 'NotificationEvent') as typeof Event;
      const waiting: Promise<unknown>[] = [];
      const event = new Click('notificationclick', { notification, action: name } as EventInit);
      Object.assign(event, { waitUntil: (work: Promise<unknown>) => waiting.push(work) });
      dispatchEvent(event);
      await Promise.all(waiting);
      return opened;
    }, action);
  }
}
