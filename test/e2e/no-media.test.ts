import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePorts } from '../../scripts/free-port.mjs';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** Calls whose media does not connect: the user gets the cause and a way to try again, the operator a line in the log. */

/** The clock of a page on which the 16 s without media pass in half a second. */
const QUICK_NOTICE = `{
  const { setTimeout } = window;
  window.setTimeout = (work, ms, ...args) => setTimeout(work, ms === 16000 ? 500 : ms, ...args);
}`;

/** A page without a route to the media ports, while \`noRoute\` is set: it may use relays only, and there is none. */
const NO_ROUTE = `{
  window.noRoute = true;
  const routed = (more) => (window.noRoute ? { ...more, iceTransportPolicy: 'relay' } : more);
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(routed(configuration));
    }
    setConfiguration(configuration) {
      super.setConfiguration(routed(configuration));
    }
  };
}`;

test('a page without a route to the media ports says so, tries again, and is back in the call', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  const [alice, bob] = await Promise.all([
    world.widget('far-a'),
    world.widget('far-b', { before: QUICK_NOTICE + NO_ROUTE }),
  ]);
  await talk(alice, bob);
  await failed(bob, world, /its media ports/);
  assert.equal(
    (await alice.events()).some(({ name }) => name === 'call-error'),
    false,
  );
  // The others see it.
  await alice.until('bob away', (s) => s.members.some((m) => !m.isSelf && m.reconnecting));
  await bob.announces('Sound and picture do not get through');
  await bob.page.evaluate(() => Reflect.set(window, 'noRoute', false));
  await bob.click('Try again');
  await Promise.all([bob.phase('connected'), alice.moving(2), bob.moving(2)]);
  assert.equal((await bob.state()).error, null);
  await alice.until('bob back', (s) => s.members.every((m) => !m.reconnecting));
  await Promise.all([alice.clean(), bob.clean()]);
});

test('a wrong LIVEKIT_PUBLIC_URL is an error on both pages and a line in the log for each user', async (t) => {
  const [port] = (await freePorts({ tcp: 1, udp: 0 })).tcp;
  const world = await World.start({ LIVEKIT_PUBLIC_URL: `ws://127.0.0.1:${port}` });
  t.after(() => world.stop());
  const [alice, bob] = await Promise.all(
    ['lost-a', 'lost-b'].map((name) => world.widget(name, { before: QUICK_NOTICE })),
  );
  assert.ok(alice && bob);
  await talk(alice, bob);
  await Promise.all([alice, bob].map((page) => failed(page, world, /check LIVEKIT_PUBLIC_URL/)));
  await alice.click('Try again');
  await alice.until('without the error', ({ error }) => error === null);
  await alice.until('the error again', ({ error }) => error?.name === 'media-failed');
  assert.equal(lines(world, 'lost-a').length, 1);
  await alice.click('Hang up');
  await bob.event('call-end');
});

async function talk(alice: WidgetPage, bob: WidgetPage): Promise<void> {
  await alice.call('calls', [bob.userId], 'video');
  await bob.click('Accept');
  await Promise.all([alice.event('call-begin'), bob.event('call-begin')]);
}

/** The page has the error, and the log its cause, once. */
async function failed(page: WidgetPage, world: World, cause: RegExp): Promise<void> {
  const { detail } = await page.event('call-error');
  assert.equal(detail['code'], 101009);
  await page.shows('Try again');
  const found = lines(world, page.userId);
  assert.equal(found.length, 1);
  assert.match(found.join(), cause);
}

function lines(world: World, userId: string): readonly string[] {
  const log = world.server.log.split('\n');
  return log.filter((line) => line.includes('LiveKit') && line.includes(`"${userId}"`));
}
