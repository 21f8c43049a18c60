import assert from 'node:assert/strict';
import type { WebWorker } from 'puppeteer-core';
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

interface RecordedNotification extends ShownNotification {
  readonly data: unknown;
  close(): void;
}

interface NotificationOptions {
  readonly tag: string;
  readonly body?: string;
  readonly actions?: readonly { readonly title: string }[];
  readonly data?: unknown;
}

/** The parts of the worker's scope that tests use. */
interface Scope {
  readonly registration: {
    showNotification: (title: string, options: NotificationOptions) => Promise<void>;
    getNotifications: (filter?: { tag?: string }) => Promise<readonly RecordedNotification[]>;
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
  readonly #origin: string;
  readonly #page: WidgetPage;

  private constructor(page: WidgetPage, origin: string) {
    this.#page = page;
    this.#origin = origin;
  }

  /** Of the browser of this page; it lasts longer than the page. */
  static async of(page: WidgetPage, origin: string): Promise<PushBrowser> {
    // Without a page the browser would end its context.
    await page.context.newPage();
    return new PushBrowser(page, origin);
  }

  /**
   * Dispatches the push event of a message in the worker. Chromium's own delivery for tests reports nothing, and on a
   * busy machine some messages never reach the worker.
   */
  async deliver(data: string): Promise<void> {
    await (
      await this.worker()
    ).evaluate((text) => {
      const Push = Reflect.get(globalThis, 'PushEvent') as typeof Event;
      const work = (Reflect.get(globalThis, 'work') ?? []) as Promise<unknown>[];
      Reflect.set(globalThis, 'work', work);
      const event = new Push('push', { data: text } as EventInit);
      Object.assign(event, { waitUntil: (one: Promise<unknown>) => work.push(one) });
      dispatchEvent(event);
    }, data);
  }

  /** Everything that the worker does for the delivered messages is done when the function resolves. */
  async settled(): Promise<void> {
    await (
      await this.worker()
    ).evaluate(async () => {
      await Promise.all((Reflect.get(globalThis, 'work') ?? []) as Promise<unknown>[]);
    });
  }

  async worker(): Promise<WebWorker> {
    const browser = this.#page.context;
    const target = await browser.waitForTarget(
      (one) => String(one.type()) === 'service_worker' && one.url().startsWith(this.#origin),
    );
    const worker = await target.worker();
    assert.ok(worker);
    await worker.evaluate(recordNotifications);
    return worker;
  }

  async notifications(): Promise<readonly ShownNotification[]> {
    return (await this.worker()).evaluate(async () => {
      const found: unknown = globalThis;
      const shown = await (found as Scope).registration.getNotifications();
      return shown.map(({ title, body, tag, actions }) => ({ title, body, tag, actions }));
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
      const waiting: Promise<unknown>[] = [];
      const waitUntil = (work: Promise<unknown>) => waiting.push(work);
      const event = new Event('notificationclick');
      dispatchEvent(Object.assign(event, { notification, action: name, waitUntil }));
      await Promise.all(waiting);
      return opened;
    }, action);
  }
}

/**
 * Runs in the worker: its notifications are those that the browser has accepted and the worker has not closed. Without
 * a desktop, Chromium drops a shown notification from its own list at any time.
 */
function recordNotifications(): void {
  const found: unknown = globalThis;
  const { registration } = found as Scope;
  if (Object.hasOwn(registration, 'getNotifications')) return;
  const shown = new Map<string, RecordedNotification>();
  const show = registration.showNotification.bind(registration);
  registration.showNotification = async (title, options) => {
    await show(title, options);
    const { tag, body = '', actions = [], data } = options;
    const names = actions.map((one) => one.title);
    shown.set(tag, { title, body, tag, data, actions: names, close: () => shown.delete(tag) });
  };
  registration.getNotifications = async ({ tag } = {}) =>
    [...shown.values()].filter((one) => tag === undefined || tag === one.tag);
}
