import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from './support/eventually.ts';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** `<tui-call-recents>` beside a widget, with the real server behind it. */

const world = await World.start();
after(() => world.stop());

test('a missed call is listed, called back from the list, and deleted on all devices', async () => {
  const [alice, bob] = await world.pair('rc-a', 'rc-b');
  await showRecents(bob);
  await alice.call('calls', ['rc-b'], 'audio');
  await bob.shows('Accept');
  await alice.call('hangup');
  await lists(bob, ['rc-a · Missed · Audio']);

  await showRecents(alice);
  await bob.click('Call rc-a');
  await alice.click('Decline');
  await lists(bob, ['rc-a · Outgoing · Declined · Audio', 'rc-a · Missed · Audio']);
  await lists(alice, ['rc-b · Incoming · Declined · Audio', 'rc-b · Outgoing · Cancelled · Audio']);

  const tablet = await world.widget('rc-b');
  await showRecents(tablet);
  await lists(tablet, ['rc-a · Outgoing · Declined · Audio', 'rc-a · Missed · Audio']);
  await removeLast(bob);
  await lists(bob, ['rc-a · Outgoing · Declined · Audio']);
  // Another device updates its list when it is shown again.
  await tablet.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await lists(tablet, ['rc-a · Outgoing · Declined · Audio']);

  await bob.page.reload();
  await bob.signedIn();
  await showRecents(bob);
  await lists(bob, ['rc-a · Outgoing · Declined · Audio']);
  for (const page of [alice, bob, tablet]) await page.clean();
  for (const page of [alice, bob, tablet]) await page.close();
});

test('a call is listed on both sides as soon as it is hung up', async () => {
  const [alice, bob] = await world.pair('ru-a', 'ru-b');
  await Promise.all([showRecents(alice), showRecents(bob)]);
  await alice.call('calls', ['ru-b'], 'audio');
  await bob.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await alice.call('hangup');
  await lists(alice, ['ru-b · Outgoing · Audio']);
  await lists(bob, ['ru-a · Incoming · Audio']);
  for (const page of [alice, bob]) await page.clean();
  for (const page of [alice, bob]) await page.close();
});

/** As a page does: its script, and the element beside the widget. */
async function showRecents(on: WidgetPage): Promise<void> {
  await on.page.evaluate(async (userId) => {
    const script = '/dist/tui-call-recents.js';
    await import(script);
    const recents = document.createElement('tui-call-recents');
    recents.setAttribute('for', userId);
    document.body.append(recents);
  }, on.userId);
}

async function lists(on: WidgetPage, expected: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  await eventually(
    async () => {
      last = await linesOf(on);
      return JSON.stringify(last) === JSON.stringify(expected);
    },
    async () => `${on.userId} lists ${JSON.stringify(last)}, not ${JSON.stringify(expected)}`,
  );
}

/** Name, result and kind of the call; its duration differs from run to run. */
function linesOf(on: WidgetPage): Promise<string[]> {
  return on.page.evaluate(() => {
    const rows = document.querySelector('tui-call-recents')?.shadowRoot?.querySelectorAll('li');
    return [...(rows ?? [])].map((row) =>
      ['bdi', '.how', '.kind'].map((part) => row.querySelector(part)?.textContent).join(' · '),
    );
  });
}

async function removeLast(on: WidgetPage): Promise<void> {
  const before = (await linesOf(on)).length;
  assert.ok(before > 0);
  await on.page.evaluate(() => {
    const rows = document.querySelector('tui-call-recents')?.shadowRoot?.querySelectorAll('li');
    const button = [...(rows ?? [])].at(-1)?.querySelector('.delete');
    button?.shadowRoot?.querySelector('button')?.click();
  });
}
