import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { VAPID } from '../../server/testing/push-setup.ts';
import { PushService } from '../../server/testing/push-service.ts';
import { PushBrowser, withSubscription } from './support/push-page.ts';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** The push service of the tests decrypts each message; the service worker in Chromium gets the same text. */

let world: World;
let push: PushService;
let folder: string;

before(async () => {
  push = await PushService.start(VAPID.publicKey);
  folder = mkdtempSync(join(tmpdir(), 'tui-call-push-'));
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, push.certificate);
  world = await World.start({
    NODE_EXTRA_CA_CERTS: authority,
    TUI_CALL_CALLBACK_PRIVATE_NETWORKS: '1',
    TUI_CALL_VAPID_SUBJECT: VAPID.subject,
    TUI_CALL_VAPID_PUBLIC: VAPID.publicKey,
    TUI_CALL_VAPID_PRIVATE: VAPID.privateKey,
  });
  // A site with Trusted Types registers the worker with a policy of its own.
  world.website.policyOf = (strict) => strict.replace(/; require-trusted-types-for.*$/, '');
});
after(async () => {
  await world.stop();
  push.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page of this user, in a browser that permits notifications and has the subscription `name`. */
async function subscribed(userId: string, name: string, worker?: string): Promise<WidgetPage> {
  const page = await world.widget(userId, { before: withSubscription(push.subscribe(name)) });
  await page.context.overridePermissions(world.pagesUrl, ['notifications']);
  if (worker !== undefined) {
    await page.page.evaluate((url) => navigator.serviceWorker.register(url), worker);
  }
  await page.call('enableNotifications');
  return page;
}

/** The page is closed; its browser continues. */
async function closed(page: WidgetPage): Promise<PushBrowser> {
  const browser = await PushBrowser.of(page, world.pagesUrl);
  await page.page.close();
  return browser;
}

/** The message number `count` for this subscription. */
const message = async (name: string, count: number) =>
  (await push.messages(name, count)).at(-1)?.text ?? '';

test('a ring is shown by the worker while no page is open, and declined there', async () => {
  const browser = await closed(await subscribed('push-bob', 'bob'));
  const alice = await world.widget('push-alice', { sig: { name: 'Alice' } });
  await alice.call('calls', ['push-bob'], 'video', { timeout: 600 });
  await browser.deliver(await message('bob', 1));
  const [ring] = await browser.shows('a ring', (shown) => shown.length === 1);
  assert.deepEqual(
    [ring?.title, ring?.body, ring?.actions],
    ['Alice', 'Incoming video call', ['Accept', 'Decline']],
  );
  assert.deepEqual(await browser.click('decline'), []);
  await alice.event('user-reject');
  await browser.shows('nothing', (shown) => shown.length === 0);
  await alice.close();
});

test('a click opens the page, which rings; a missed call replaces the ring', async () => {
  const page = await subscribed('push-carol', 'carol');
  const url = page.page.url();
  const browser = await closed(page);
  const alice = await world.widget('push-dave');
  await alice.call('calls', ['push-carol'], 'audio', { timeout: 600 });
  await browser.deliver(await message('carol', 1));
  await browser.shows('a ring', (shown) => shown[0]?.body === 'Incoming audio call');
  assert.deepEqual(await browser.click('accept'), [url]);
  await browser.shows('nothing', (shown) => shown.length === 0);
  // The page that opens is signed in and gets the ring by itself.
  const opened = await world.widget('push-carol', { beside: page });
  await opened.phase('incoming');
  await opened.close();

  await alice.call('hangup');
  const over = await message('carol', 2);
  await browser.deliver(over);
  const [missed] = await browser.shows('a missed call', (shown) => shown.length === 1);
  assert.deepEqual([missed?.body, missed?.actions], ['Missed call', []]);
  await alice.close();
});

test('a ring ends at its deadline, also if no other push arrives', async () => {
  const browser = await closed(await subscribed('push-erin', 'erin'));
  const ring = {
    ...{ app: 'tui-call', type: 'ring', callId: 'a-call-of-the-test', mediaType: 'audio' },
    ...{ isGroup: false, callerName: 'Zoe', remainingMs: 50, token: 'a-token' },
    echo: JSON.stringify({ server: world.server.url, page: world.pagesUrl, lang: 'de-AT' }),
  };
  await browser.deliver(JSON.stringify(ring));
  const shown = await browser.shows('a missed call', (all) => all[0]?.body === 'Verpasster Anruf');
  assert.deepEqual([shown.length, shown[0]?.title], [1, 'Zoe']);
});

test('a page that the user sees rings itself, without a notification', async () => {
  const page = await subscribed('push-frank', 'frank');
  const browser = await PushBrowser.of(page, world.pagesUrl);
  await page.page.bringToFront();
  const alice = await world.widget('push-gina');
  await alice.call('calls', ['push-frank'], 'audio', { timeout: 600 });
  await page.phase('incoming');
  await browser.deliver(await message('frank', 1));
  await browser.settled();
  assert.deepEqual(await browser.notifications(), []);
  await page.call('reject');
  const ended = await message('frank', 2);
  await browser.deliver(ended);
  await browser.settled();
  assert.deepEqual(await browser.notifications(), []);
  await page.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
  });
  await browser.deliver(ended);
  await browser.shows('the end', (shown) => shown.length === 1);
  await alice.close();
  await page.close();
});

test('the worker of the page imports ours and keeps its own messages', async () => {
  const browser = await closed(await subscribed('push-hugo', 'hugo', '/own-worker.js'));
  const alice = await world.widget('push-ida');
  await alice.call('calls', ['push-hugo'], 'audio');
  await browser.deliver('{"news":1}');
  await browser.deliver('no JSON');
  await browser.deliver(await message('hugo', 1));
  await browser.shows('a ring', (shown) => shown.length === 1);
  const own = await (
    await browser.worker()
  ).evaluate(() => Reflect.get(globalThis, 'own') as string[]);
  assert.deepEqual(own, ['{"news":1}', 'no JSON']);
  await alice.close();
});

test('signing out, and another user, end the subscription', async () => {
  const page = await subscribed('push-jane', 'jane');
  const alice = await world.widget('push-kim');
  const isSubscribed = () =>
    page.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return (await registration?.pushManager.getSubscription()) != null;
    });
  assert.ok(await isSubscribed());
  // A reload keeps it.
  await page.page.reload();
  await page.signedIn();
  assert.ok(await isSubscribed());
  const sig = await world.userSig('push-lea');
  await page.page.evaluate(
    async (id, userSig) => {
      const element = document.getElementById(id);
      Object.assign(element ?? {}, { userId: 'push-lea', userSig });
      await (Reflect.get(element ?? {}, 'ready') as Promise<void>);
    },
    'push-jane',
    sig,
  );
  await page.page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration?.pushManager.getSubscription()) == null;
  });
  await alice.call('calls', ['push-jane'], 'audio');
  await alice.call('hangup');
  await alice.call('calls', ['push-lea'], 'audio');
  await page.phase('incoming');
  assert.ok(!push.received.some(({ name }) => name === 'jane'));
  await alice.close();
  await page.close();
});
