import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from './support/eventually.ts';
import { closeAll, WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

const TURBO = fileURLToPath(import.meta.resolve('@hotwired/turbo/dist/turbo.es2017-umd.js'));

declare global {
  interface Window {
    Turbo: { visit(path: string): void };
  }
}

const world = await World.start();
after(() => world.stop());

test('two widgets on one page call each other (F102)', async () => {
  const alice = await world.page(['two-a', 'two-b']);
  const bob = new WidgetPage(alice.page, alice.context, 'two-b');
  await Promise.all([alice.signedIn(), bob.signedIn()]);
  await alice.call('calls', ['two-b'], 'video');
  await bob.phase('incoming');
  await bob.call('accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await alice.moving(4);
  await bob.call('hangup');
  await Promise.all([alice.phase('ended'), bob.phase('ended')]);
  assert.deepEqual(await alice.eventLines(), [
    'call-begin video caller',
    'user-join two-b',
    'user-leave two-b',
    'call-end video caller hangup',
  ]);
  await closeAll(alice);
});

test('a removed widget leaves no resources behind, and works again when it is inserted again (F101)', async () => {
  const alice = await world.widget('life-a');
  const bob = await world.page(['life-b'], { later: true });
  const untouched = await bob.traces();
  await bob.page.evaluate(() => document.body.append(window.makeWidget()));
  await bob.signedIn();
  await alice.call('calls', ['life-b'], 'video');
  await bob.click('Accept');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  const kept = await bob.page.evaluateHandle(() => {
    const widget = document.querySelector('tui-call');
    widget?.remove();
    return widget;
  });
  await eventually(
    async () => {
      const { tracks, peers, sockets } = await bob.open();
      return tracks + peers + sockets === 0;
    },
    async () => `left open: ${JSON.stringify(await bob.open())}`,
  );
  await eventually(
    async () => isDeepStrictEqual(await bob.traces(), untouched),
    async () => `left behind: ${JSON.stringify([await bob.traces(), { untouched }], null, 1)}`,
  );
  await alice.event('call-end');
  await bob.page.evaluate((widget) => {
    if (widget !== null) document.body.append(widget);
  }, kept);
  await bob.signedIn();
  await eventually(
    async () => (await alice.state()).phase === 'idle',
    () => 'alice is never idle again',
  );
  await alice.call('calls', ['life-b'], 'audio');
  await bob.phase('incoming');
  await bob.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await closeAll(bob, alice);
});

test('moving a widget in the page during a call keeps the call', async () => {
  const [alice, bob] = await world.talking('move-a', 'move-b');
  await bob.page.evaluate(() => {
    const widget = document.querySelector('tui-call');
    if (widget !== null) document.querySelector('main')?.append(widget);
  });
  await bob.moving(2);
  assert.equal((await alice.state()).phase, 'connected');
  assert.equal((await bob.state()).phase, 'connected');
  await closeAll(alice, bob);
});

test('a call continues when its element is inserted again: later, in a view transition, by Turbo', async () => {
  const [alice, bob] = await world.pair('put-a', 'put-b');
  // Turbo writes HTML and styles into the page, which the policy of the test pages forbids.
  await bob.page.setBypassCSP(true);
  await bob.page.reload();
  await bob.signedIn();
  await bob.page.addScriptTag({ path: TURBO });
  await alice.call('calls', ['put-b'], 'video');
  await bob.click('Accept');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  const captures = await bob.page.evaluate(() => window.record.captures.length);

  await bob.page.evaluate(async () => {
    const widget = document.querySelector('tui-call')!;
    widget.remove();
    await new Promise((resolve) => setTimeout(resolve, 300));
    document.querySelector('main')?.append(widget);
    const transition = document.startViewTransition(async () => {
      widget.remove();
      await fetch('/put.html');
      document.body.append(widget);
    });
    await transition.finished;
    widget.toggleAttribute('data-turbo-permanent', true);
    const loaded = new Promise((resolve) => addEventListener('turbo:load', resolve));
    window.Turbo.visit('/put.html');
    await loaded;
  });
  assert.equal(new URL(bob.page.url()).pathname, '/put.html');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  assert.equal(await bob.page.evaluate(() => window.record.captures.length), captures);
  await bob.click('Hang up');
  await alice.event('call-end');
  const ends = (await alice.eventLines()).filter((line) => line.startsWith('call-end'));
  assert.deepEqual(ends, ['call-end video caller hangup']);
  await closeAll(alice, bob);
});

test('the media library is not loaded before the first ring or call', async () => {
  const [alice, bob] = await world.pair('lazy-a', 'lazy-b');
  const scripts = (page: WidgetPage) =>
    page.page.evaluate(() =>
      window.record
        .requests()
        .filter((url) => url.endsWith('.js'))
        .map((url) => url.split('/').at(-1) ?? ''),
    );
  const before = await scripts(bob);
  assert.equal(
    before.some((name) => name.includes('livekit')),
    false,
    before.join(),
  );
  await alice.call('calls', ['lazy-b'], 'audio');
  await bob.phase('incoming');
  await eventually(
    async () => (await scripts(bob)).some((name) => name.includes('livekit')),
    async () => `never loaded: ${(await scripts(bob)).join()}`,
  );
  await closeAll(alice, bob);
});

test('a whole call with the keyboard alone', async () => {
  const [alice, bob] = await world.pair('key-a', 'key-b');
  await alice.call('calls', ['key-b'], 'video');
  await bob.shows('Accept');
  await press(bob, 'Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await press(bob, 'Mute');
  await alice.until('bob muted', (s) => s.members.some((m) => m.userId === 'key-b' && !m.audioOn));
  await press(alice, 'Hang up');
  await Promise.all([alice.event('call-end'), bob.event('call-end')]);
  await closeAll(alice, bob);
});

/** Moves the focus to a button with Tab, and presses it. */
async function press(widget: WidgetPage, name: string): Promise<void> {
  await widget.page.bringToFront();
  const seen: string[] = [];
  await eventually(
    async () => {
      const focused = await widget.page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
      });
      seen.push(focused);
      if (focused === name) return true;
      await widget.page.keyboard.press('Tab');
      return false;
    },
    () => `Tab never reaches ${name}; it went through ${[...new Set(seen)].join(' → ')}`,
  );
  await widget.page.keyboard.press('Enter');
}
