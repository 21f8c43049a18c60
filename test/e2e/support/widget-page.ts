import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'puppeteer-core';
import { callbackEventName } from '../../../components/shared/events.ts';
import { CALLBACK_FIELDS } from '../../../src/engine/api/observer.ts';
import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import { eventually } from './eventually.ts';

export interface RecordedEvent {
  readonly name: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly target: string;
  readonly at: number;
}

/** The records of test pages (pages/recorder.js). */
interface PageRecord {
  readonly events: RecordedEvent[];
  readonly violations: string[];
  readonly errors: string[];
  readonly captures: { method: string; audio: boolean; video: boolean; at: number }[];
  readonly tracks: MediaStreamTrack[];
  readonly peers: RTCPeerConnection[];
  /** All elements of this kind, through every shadow root. */
  deep(selector: string): Element[];
  pictures(): number[];
  heard(): Promise<number>;
  open(): { tracks: number; peers: number; sockets: number };
  /** Listeners on window, document, mediaDevices and the like; one line each. */
  listeners(): string[];
  /** Timers that wait or repeat, with the place that set them. */
  timers(): string[];
  /** Whether the page itself makes a sound: it rings. */
  sounds(): boolean;
  players(): number;
  requests(): string[];
  deny?: string;
}

type Widget = HTMLElement & {
  readonly state: CallSnapshot;
  readonly ready: Promise<void>;
} & Record<string, (...args: unknown[]) => Promise<unknown>>;

declare global {
  interface Window {
    record: PageRecord;
    makeWidget(index?: number): HTMLElement;
  }
}

/** Events of a call; the others (volumes, network, connection) can occur at any time. */
const EVENT_LINES = new Set([
  'call-received',
  'call-cancelled',
  'call-not-connected',
  'call-begin',
  'call-end',
  'call-media-type-changed',
  'user-reject',
  'user-no-response',
  'user-line-busy',
  'user-join',
  'user-leave',
  'call-missed',
]);

/** One page with a widget, as a user and as a program see it. */
export class WidgetPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly userId: string;
  /** What the page's programs wrote to the console. */
  readonly #consoleTexts: string[] = [];

  constructor(page: Page, context: BrowserContext, userId: string) {
    this.page = page;
    this.context = context;
    this.userId = userId;
    page.on('console', (message) => {
      // A message without arguments is the browser's own, which no page can prevent.
      if (message.args().length > 0) this.#consoleTexts.push(message.text());
    });
  }

  async signedIn(userId = this.userId): Promise<void> {
    await this.page.evaluate(async (id) => {
      await customElements.whenDefined('tui-call');
      await (document.getElementById(id) as Widget).ready;
    }, userId);
  }

  state(userId = this.userId): Promise<CallSnapshot> {
    return this.page.evaluate((id) => (document.getElementById(id) as Widget).state, userId);
  }

  /** Calls a method of the element; resolves to what it resolves to. */
  call(method: string, ...args: unknown[]): Promise<unknown> {
    return this.page.evaluate(
      (id, name, list) => {
        const widget = document.getElementById(id) as Widget;
        const act = widget[name];
        if (typeof act !== 'function') throw new Error(`no method ${name}`);
        return act.apply(widget, list);
      },
      this.userId,
      method,
      args,
    );
  }

  /** Clicks the button with this accessible name, anywhere in the widget. */
  async click(name: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
  }

  async shows(name: string): Promise<void> {
    await this.page.waitForSelector(`::-p-aria([name="${name}"][role="button"])`, {
      visible: true,
    });
  }

  /** Blocks scripts with this name in the page, until the returned function is called. */
  async without(script: string): Promise<() => void> {
    let isKept = true;
    await this.page.setRequestInterception(true);
    this.page.on('request', (request) => {
      const refused = isKept && request.url().includes(script);
      void (refused ? request.abort() : request.continue());
    });
    return () => (isKept = false);
  }

  async announces(text: string): Promise<void> {
    await this.page.waitForSelector(`::-p-text(${text})`, { visible: true });
  }

  /** Waits for a phase (a condition, not a time). */
  async phase(phase: CallSnapshot['phase'], timeoutMs = 60_000): Promise<CallSnapshot> {
    return this.until(`phase ${phase}`, (state) => state.phase === phase, timeoutMs);
  }

  async until(
    what: string,
    condition: (state: CallSnapshot) => boolean,
    timeoutMs = 60_000,
  ): Promise<CallSnapshot> {
    return eventually(
      async () => {
        const state = await this.state();
        return condition(state) && state;
      },
      () => this.#complaint(what),
      timeoutMs,
    );
  }

  async event(name: string, timeoutMs = 60_000): Promise<RecordedEvent> {
    return eventually(
      async () => (await this.events()).find((one) => one.name === name),
      () => this.#complaint(`event ${name}`),
      timeoutMs,
    );
  }

  /** Every earlier message of the server to this page has arrived: the reply follows them on the same socket. */
  async caughtUp(): Promise<void> {
    await this.call('queryRecentCalls', { limit: 1 });
  }

  async #complaint(what: string): Promise<string> {
    const { phase, members, error, microphone, camera, connection } = await this.state();
    const state = JSON.stringify(
      { phase, members, error, microphone, camera, connection },
      null,
      1,
    );
    return `${this.userId}: never ${what}\n${(await this.eventLines()).join('\n')}\n${state}`;
  }

  events(): Promise<RecordedEvent[]> {
    return this.page.evaluate(() => window.record.events);
  }

  /** The events of the call so far, one per line: name, arguments without generated ids, reason. */
  async eventLines(): Promise<string[]> {
    const events = await this.events();
    return events
      .filter(({ name, target }) => EVENT_LINES.has(name) && target === this.userId)
      .map(({ name, detail }) => [name, ...describeDetail(name, detail)].join(' '));
  }

  /** Every picture shown (this many) changes from one check to the next. */
  async moving(count: number, timeoutMs = 60_000): Promise<void> {
    let before: number[] = [];
    await eventually(
      async () => {
        const now = await this.page.evaluate(() => window.record.pictures());
        const all =
          now.length === count &&
          now.every((print, i) => before[i] !== undefined && before[i] !== print);
        before = now;
        return all;
      },
      () => this.#complaint(`${count} moving pictures; shown: ${before.length}`),
      timeoutMs,
    );
  }

  /** The other member's sound arrives: received energy rises. */
  async hears(timeoutMs = 60_000): Promise<void> {
    const before = await this.page.evaluate(() => window.record.heard());
    await eventually(
      async () => (await this.page.evaluate(() => window.record.heard())) > before + 1e-5,
      () => this.#complaint('heard anything'),
      timeoutMs,
    );
  }

  rings(): Promise<boolean> {
    return this.page.evaluate(() => window.record.sounds());
  }

  /** Number of audio contexts that the page itself runs. */
  players(): Promise<number> {
    return this.page.evaluate(() => window.record.players());
  }

  captures() {
    return this.page.evaluate(() => window.record.captures);
  }

  open() {
    return this.page.evaluate(() => window.record.open());
  }

  /** Resources that a widget may leave behind in the page as a whole. */
  traces(): Promise<{ listeners: string[]; timers: string[] }> {
    return this.page.evaluate(() => ({
      listeners: window.record.listeners(),
      timers: window.record.timers(),
    }));
  }

  /**
   * Nothing failed in the page: no CSP violation, no uncaught error, and neither console nor events
   * contain a secret.
   */
  async clean(): Promise<void> {
    const { violations, errors, events } = await this.page.evaluate(() => ({
      violations: window.record.violations,
      errors: window.record.errors,
      events: window.record.events.map(({ name, detail }) => JSON.stringify([name, detail])),
    }));
    const indiscreet = [...this.#consoleTexts, ...events].filter((text) => INDISCREET.test(text));
    assert.deepEqual(
      { violations, errors, indiscreet },
      { violations: [], errors: [], indiscreet: [] },
    );
  }

  /** Closes the page, and with a browser's last page its storage. */
  async close(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
    if ((await this.context.pages()).length === 0) await this.context.close();
  }
}

/** Nothing failed in any of these pages; they close. */
export async function closeAll(...pages: readonly WidgetPage[]): Promise<void> {
  for (const page of pages) await page.clean();
  for (const page of pages) await page.close();
}

/** A userSig or token, SDP, an IP address. */
const INDISCREET = /eyJ[\w-]+\.eyJ|\ba=(?:candidate|fingerprint|ice-)|\b\d+\.\d+\.\d+\.\d+\b/;

/** Generated values: no test can know them beforehand. */
const GENERATED_FIELDS = new Set(['callId', 'roomId', 'totalTime']);

/** The arguments of the callback in their order, and the reason; empty ones are left out. */
function describeDetail(eventName: string, detail: RecordedEvent['detail']): readonly string[] {
  const callback = CALLBACKS[EVENT_NAMES.indexOf(eventName)];
  if (callback === undefined) throw new Error(`no callback has the event ${eventName}`);
  const fields = new Set([...CALLBACK_FIELDS[callback], 'reason']);
  return [...fields].flatMap((field) => {
    const value = GENERATED_FIELDS.has(field) ? undefined : detail[field];
    if (Array.isArray(value)) return [value.join(',')];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
}

const CALLBACKS = Object.keys(CALLBACK_FIELDS) as (keyof typeof CALLBACK_FIELDS)[];

const EVENT_NAMES: readonly string[] = CALLBACKS.map((name) => callbackEventName(name));

/** Gives a test page, before it loads, the names of the events that it records (pages/recorder.js). */
export async function recordEvents(page: Page): Promise<void> {
  const names = [...EVENT_NAMES];
  await page.evaluateOnNewDocument((all) => Object.assign(window, { eventNames: all }), names);
}
