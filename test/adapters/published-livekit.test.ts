import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { both, MediaStage } from './support/media-stage.ts';

/** The adapters with livekit-client as published, in place of the compiled sources (docs/decisions/0006). */

const stage = await MediaStage.start('published');
after(() => stage.stop());

test('the pages contain the published file of livekit-client', async () => {
  const page = await stage.page();
  await page.evaluate(() => rig.media.prepare('ws://127.0.0.1:9'));
  const entry = await page.waitForResponse((response) => response.url().includes('livekit-client'));
  const chunks = [...(await entry.text()).matchAll(/"(\.\/chunk-\w+\.js)"/g)];
  const texts = await Promise.all(
    chunks.map(async ([, path]) => (await fetch(new URL(path ?? '', entry.url()))).text()),
  );
  // Only the published file includes webrtc-adapter.
  assert.ok(texts.some((text) => text.includes('browserDetails')));
  await page.browserContext().close();
});

test('two users see and hear each other with the published livekit-client', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await both(alice, bob, () => rig.frames(10, rig.peer));
  const loudest = await both(alice, bob, () => rig.hears());
  assert.ok(loudest.every((one) => one > 0.01));
  await end();
});

test('leaving with the published livekit-client stops all tracks and connections', async () => {
  const { alice, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.media.leave());
  assert.deepEqual(await alice.evaluate(() => [rig.live(), rig.layers('video')]), [[], []]);
  await end();
});
