import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { closeAll, type WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

const world = await World.start();
after(() => world.stop());

test('a strict page with malicious names and messages completes a call, and no injected code runs (H95, H97, H98, H103)', async () => {
  const alice = await world.widget('trap-a');
  const bob = await world.page(['trap-b'], { later: true });
  await bob.page.evaluate(fillWithNames);
  await bob.page.evaluate(() => document.body.append(window.makeWidget()));
  await bob.signedIn();

  await alice.call('calls', ['trap-b'], 'video');
  await bob.phase('incoming');
  await bob.page.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    for (const type of ['accept', 'tui-intent', 'tui-call', 'webpackOk']) {
      for (const target of [window, frame.contentWindow]) {
        target?.postMessage({ type, intent: { type }, method: type, callId: '1' }, '*');
        target?.postMessage(JSON.stringify({ type, method: 'accept' }), '*');
      }
    }
    // A last message, which arrives after all of those.
    await new Promise((resolve) => {
      addEventListener('message', ({ data }) => data === 'last' && resolve(null));
      window.postMessage('last', '*');
    });
  });
  assert.equal((await bob.state()).phase, 'incoming');
  const { listeners } = await alice.traces();
  assert.deepEqual(
    listeners.filter((one) => one.endsWith(': message')),
    [],
  );

  await bob.click('Accept');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await alice.click('Hang up');
  await bob.event('call-end');
  await closeAll(alice, bob);
});

test('after a call and a sign-out the browser stores no userSig, token, call or user id (H101)', async () => {
  const [alice, bob] = await world.pair('gone-a', 'gone-b');
  await alice.call('calls', ['gone-b'], 'audio');
  await bob.click('Accept');
  const { callId } = await bob.phase('connected');
  await alice.phase('connected');
  assert.match(
    await stored(bob),
    new RegExp(callId ?? '-'),
    'what a reload comes back to is there',
  );
  await bob.call('hangup');
  await alice.event('call-end');
  await bob.page.evaluate(() => document.querySelector('tui-call')?.remove());
  await eventually(
    async () => !(await stored(bob)).includes(callId ?? '-'),
    () => stored(bob),
  );
  const left = await stored(bob);
  assert.doesNotMatch(left, /eyJ|gone-a/);
  await closeAll(alice, bob);
});

/** Everything the page has stored in the browser. */
function stored(widget: WidgetPage): Promise<string> {
  return widget.page.evaluate(async () =>
    JSON.stringify({
      tab: { ...sessionStorage },
      browser: { ...localStorage },
      cookies: document.cookie,
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
    }),
  );
}

/** Elements whose names shadow properties of `document` and `window` (DOM clobbering). */
function fillWithNames(): void {
  const taken = [
    ...['currentScript', 'visibilityState', 'hidden', 'readyState', 'cookie', 'referrer', 'title'],
    ...['fullscreenElement', 'pictureInPictureElement', 'activeElement', 'defaultView', 'forms'],
    ...['config', 'tuiCall', 'engine', 'server', 'litHtmlVersions'],
    ...['litHtmlPolyfillSupport', 'reactiveElementVersions', 'litPropertyMetadata', 'ShadyCSS'],
  ];
  for (const name of taken) {
    const form = document.body.appendChild(document.createElement('form'));
    form.setAttribute('name', name);
    form.id = name;
    for (const field of ['serverUrl', 'url', 'userSig', 'attributes']) {
      const input = form.appendChild(document.createElement('input'));
      input.name = field;
      input.value = 'https://evil.example';
    }
    form.hidden = true;
  }
}
