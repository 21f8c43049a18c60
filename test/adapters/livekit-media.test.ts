/** LivekitMedia in real browsers, against the real LiveKit. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'puppeteer-core';
import { TrackSource } from 'livekit-server-sdk';

import type { LivekitServer } from '../../scripts/livekit/index.mjs';
import { startChromium, startFirefox } from '../support/browsers.ts';
import { both, MediaStage } from './support/media-stage.ts';
import type { PageServer } from './support/page-server.ts';
import { TestRoom } from './support/rooms.ts';
import { untouched } from './support/untouched.ts';

let stage: MediaStage;
let livekit: LivekitServer;
/** A browser that denies all permissions, without user gestures. */
let strict: Browser;
let pages: PageServer;

before(async () => {
  [stage, strict] = await Promise.all([
    MediaStage.start(),
    startChromium(
      '--use-fake-ui-for-media-stream=deny',
      '--autoplay-policy=document-user-activation-required',
    ),
  ]);
  ({ livekit, pages } = stage);
});

after(async () => {
  await strict.close();
  await stage.stop();
});

test('opens no device and loads no media library before the first request', async () => {
  const page = await stage.page();
  await page.evaluate(async () => {
    rig.show(null);
    rig.media.setOwnUser('alice');
    await rig.media.setVideoEncoder({ resolution: '360p' });
    await rig.media.leave();
  });
  assert.deepEqual(chunks('livekit'), []);
  await page.evaluate(() => rig.media.listDevices());
  assert.deepEqual(await page.evaluate(() => rig.opened.length), 0);
  assert.deepEqual(chunks('livekit-client'), []);
  await page.evaluate((url) => rig.media.prepare(url), livekit.url);
  await page.waitForResponse((response) => response.url().includes('/livekit-client'));
  assert.deepEqual(await page.evaluate(() => rig.opened.length), 0);
  await page.browserContext().close();
});

test('two users see and hear each other', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await both(alice, bob, () => rig.frames(10, rig.peer));
  const loudest = await both(alice, bob, () => rig.hears());
  assert.ok(loudest.every((one) => one > 0.01));
  await end();
});

test('a video is attached as soon as its track arrives, and only once', async () => {
  const { bob, room, end } = await stage.twoInARoom({ bobSends: false });
  await bob.evaluate(() => rig.frames(1, rig.peer));
  const carol = await stage.page('alice');
  const token = await room.token('carol');
  const seen = await carol.evaluate(
    (url, access) => rig.joinWatching('alice', url, access),
    livekit.url,
    token,
  );
  // Usually before the media connects; a busy media server names the track later.
  assert.ok(/its track,a picture/.test(seen.join()), seen.join());
  assert.equal(seen.filter((one) => one === 'a picture').length, 1, seen.join());
  await carol.evaluate(() => rig.frames(3, 'alice'));
  await carol.browserContext().close();
  await end();
});

test('LiveKit reads no statistics of received tracks', async () => {
  const { room, end } = await stage.twoInARoom();
  const carol = await stage.page('alice');
  await carol.evaluate(() => {
    const intervals = new Map<number, number | undefined>();
    const { setInterval, clearInterval } = window;
    const watched = (work: () => void, ms?: number): number => {
      const id = setInterval(work, ms);
      intervals.set(id, ms);
      return id;
    };
    const cleared = (id: number): void => {
      intervals.delete(id);
      clearInterval(id);
    };
    Object.assign(window, { setInterval: watched, clearInterval: cleared, intervals });
  });
  await stage.join(carol, room, 'carol');
  await carol.evaluate(() => rig.frames(3, 'alice'));
  const left = await carol.evaluate(() => [
    ...(window as typeof window & { intervals: Map<number, number> }).intervals.values(),
  ]);
  assert.ok(left.includes(500), 'the monitor runs');
  assert.ok(!left.includes(2000), left.join());
  await carol.browserContext().close();
  await end();
});

test('microphone and camera requested in one task are one prompt', async () => {
  const page = await stage.page();
  await page.evaluate(() => Promise.all([rig.set('microphone', true), rig.set('camera', true)]));
  assert.deepEqual(await page.evaluate(() => [rig.questions, rig.live().sort()]), [
    1,
    ['audio', 'video'],
  ]);
  await page.browserContext().close();
});

test('emits presence, tracks, volumes and network quality', async () => {
  const { alice, end } = await stage.twoInARoom();
  await alice.evaluate(async () => {
    await rig.nextUpdate({ type: 'remote-present', userId: 'bob', present: true });
    await rig.nextUpdate({ type: 'remote-track', userId: 'bob', source: 'microphone', on: true });
    await rig.nextUpdate({ type: 'remote-track', userId: 'bob', source: 'camera', on: true });
    await rig.volume('bob', true);
    await rig.volume('alice', true);
  });
  const known = await alice.evaluate(async () => {
    for (;;) {
      const fact = await rig.nextUpdate({ type: 'network' });
      rig.forget();
      if (fact.type !== 'network') continue;
      if (fact.list.every((one) => one.quality !== 'unknown')) return fact.list;
    }
  });
  assert.deepEqual(known.map((one) => one.userId).sort(), ['alice', 'bob']);
  await end();
});

test('reports the quality of the own connection when the room is left', async () => {
  const { alice, end } = await stage.twoInARoom();
  const report = await alice.evaluate(async () => {
    // Long enough for two samples, which are a second apart.
    await rig.frames(90, rig.peer);
    await rig.media.leave();
    return rig.nextUpdate({ type: 'quality' });
  });
  assert.ok(report.type === 'quality');
  const { measuredMs, poorMs, reconnections, roundTripMs, lossPercent } = report.quality;
  assert.ok(measuredMs > 0 && poorMs <= measuredMs, JSON.stringify(report));
  assert.equal(reconnections, 0);
  assert.ok(roundTripMs === null || roundTripMs < 1_000);
  assert.ok(lossPercent === null || lossPercent <= 100);
  await end();
});

test('a muted microphone is off for others and keeps its device open', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  const opened = await bob.evaluate(() => rig.opened.length);
  await bob.evaluate(() => rig.set('microphone', false));
  await alice.evaluate(async () => {
    await rig.nextUpdate({ type: 'remote-track', userId: 'bob', source: 'microphone', on: false });
    await rig.volume('bob', false);
    rig.forget();
  });
  assert.deepEqual(await bob.evaluate(() => rig.live().sort()), ['audio', 'video']);
  await bob.evaluate(() => rig.set('microphone', true));
  await alice.evaluate(async () => {
    await rig.nextUpdate({ type: 'remote-track', userId: 'bob', source: 'microphone', on: true });
    await rig.volume('bob', true);
  });
  assert.equal(await bob.evaluate(() => rig.opened.length), opened);
  await end();
});

test('a microphone muted by the system is off for all members until the system unmutes it', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  const seenByAlice = (on: boolean) =>
    alice.evaluate(
      (now) =>
        rig
          .nextUpdate({ type: 'remote-track', userId: 'bob', source: 'microphone', on: now })
          .then(() => {
            rig.forget();
          }),
      on,
    );
  await seenByAlice(true);
  const error = await bob.evaluate(async () => {
    rig.forget();
    rig.systemMute(true);
    const fact = await rig.nextUpdate({ type: 'local-track', source: 'microphone', on: false });
    return fact.type === 'local-track' && fact.error?.name;
  });
  assert.equal(error, 'microphone-muted');
  await seenByAlice(false);
  // "Try again" while the system still mutes it.
  const again = await bob.evaluate(() => rig.outcome(() => rig.set('microphone', true)));
  assert.equal(again, 'microphone-muted');
  await bob.evaluate(async () => {
    rig.systemMute(false);
    await rig.nextUpdate({ type: 'local-track', source: 'microphone', on: true, error: null });
  });
  await seenByAlice(true);
  // Muted by the user, then by the system: the end of the latter opens nothing.
  await bob.evaluate(async () => {
    await rig.set('microphone', false);
    rig.systemMute(true);
    rig.forget();
    rig.systemMute(false);
  });
  await seenByAlice(false);
  const reported = await bob.evaluate(() => rig.facts.some(({ type }) => type === 'local-track'));
  assert.equal(reported, false);
  await end();
});

test('a camera that is off is closed, and visible again when it is on', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.frames(3, 'bob'));
  await bob.evaluate(() => rig.set('camera', false));
  assert.deepEqual(await bob.evaluate(() => rig.live()), ['audio']);
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-track', userId: 'bob', source: 'camera', on: false }),
  );
  await bob.evaluate(() => rig.set('camera', true));
  await alice.evaluate(() => rig.frames(10, 'bob'));
  await bob.evaluate(() => rig.frames(3, null));
  await end();
});

test('the last of several requests wins', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await bob.evaluate(async () => {
    await Promise.all([false, true, false, true, false].map((on) => rig.set('camera', on)));
  });
  assert.deepEqual(await bob.evaluate(() => rig.live()), ['audio']);
  await bob.evaluate(() => Promise.all([true, false, true].map((on) => rig.set('camera', on))));
  assert.deepEqual(await bob.evaluate(() => rig.live().sort()), ['audio', 'video']);
  await alice.evaluate(() => rig.frames(5, 'bob'));
  await end();
});

test('a shared screen is visible, and both sides detect its end in the browser', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.show('bob', 'screen'));
  await bob.evaluate(() => rig.set('screen', true));
  await alice.evaluate(() => rig.frames(2, 'bob', 'screen'));
  await bob.evaluate(async () => {
    rig.forget();
    rig.endTrack('video');
    await rig.nextUpdate({ type: 'local-track', source: 'screen', on: false, error: null });
  });
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-track', userId: 'bob', source: 'screen', on: false }),
  );
  assert.deepEqual(await bob.evaluate(() => rig.live().sort()), ['audio', 'video']);
  await end();
});

test('a second join replaces the first and publishes the same tracks', async () => {
  const { alice, bob, end, room } = await stage.twoInARoom();
  await alice.evaluate(() => rig.frames(3, 'bob'));
  const before = await bob.evaluate(() => rig.liveIds());
  await alice.evaluate(() => rig.forget());
  await stage.join(bob, room, 'bob');
  await both(alice, bob, () => rig.frames(10, rig.peer));
  assert.deepEqual(await bob.evaluate(() => rig.liveIds()), before);
  assert.equal(await bob.evaluate(() => rig.opened.length), before.length);
  await end();
});

test('leave() stops all tracks synchronously and removes the participant', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-present', userId: 'bob', present: true }),
  );
  const live = await bob.evaluate(() => {
    void rig.media.leave();
    return rig.live();
  });
  assert.deepEqual(live, []);
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-present', userId: 'bob', present: false }),
  );
  assert.equal(await bob.evaluate(() => document.querySelectorAll('audio').length), 0);
  await end();
});

test('a permission granted after the call opens no device (F98)', async () => {
  const page = await stage.page();
  const states = await page.evaluate(async () => {
    // With the session's code loaded, the browser shows its prompt at once.
    await rig.media.listDevices();
    rig.holdPrompt();
    const asked = rig.set('camera', true);
    await Promise.resolve();
    await rig.media.leave();
    await asked;
    return rig.lateAnswer();
  });
  assert.deepEqual(states, ['ended']);
  await page.browserContext().close();
});

test('a call that ends before the media code is loaded opens no device', async () => {
  const page = await stage.page();
  const errors = await page.evaluate(async (url) => {
    const asked = [
      rig.outcome(() => rig.set('microphone', true)),
      rig.outcome(() => rig.join(url, '')),
    ];
    const devices = rig.media.listDevices();
    await rig.media.leave();
    await devices;
    return Promise.all(asked);
  }, livekit.url);
  assert.deepEqual(errors, ['media-failed', 'media-failed']);
  assert.deepEqual(await page.evaluate(() => rig.opened.length), 0);
  await page.browserContext().close();
});

test('requests made before the media code is loaded run in order', async () => {
  const page = await stage.page();
  await page.evaluate(() =>
    Promise.all([rig.set('camera', true), rig.set('camera', false), rig.set('microphone', true)]),
  );
  const live = await page.evaluate(() =>
    rig.opened.filter((track) => track.readyState === 'live').map((track) => track.kind),
  );
  assert.deepEqual(live, ['audio']);
  await page.browserContext().close();
});

test('a refused permission is an error, and remote video plays (F97)', async () => {
  const { bob, end } = await stage.twoInARoom({ bobIn: strict, bobSends: false });
  const outcomes = await bob.evaluate(async () => [
    await rig.outcome(() => rig.set('microphone', true)),
    await rig.outcome(() => rig.set('camera', true)),
    await rig.outcome(() => rig.set('screen', true)),
  ]);
  assert.deepEqual(outcomes, Array(3).fill('permission-denied'));
  const errorName = await bob.evaluate(async () => {
    const fact = await rig.nextUpdate({ type: 'local-track', source: 'camera', on: false });
    return fact.type === 'local-track' ? fact.error?.name : null;
  });
  assert.equal(errorName, 'permission-denied');
  await bob.evaluate(() => rig.frames(5, 'alice'));
  await end();
});

test('blocked audio is reported, and a user gesture unlocks it (F100)', async () => {
  const { alice, room, end } = await stage.twoInARoom();
  const page = await strict.newPage();
  await page.goto(`${pages.origin}/media-page`);
  const token = await room.token('carol');
  await untouched(page, `rig.join(${JSON.stringify(livekit.url)}, ${JSON.stringify(token)})`);
  await untouched(page, `rig.nextUpdate({ type: 'audio-blocked', blocked: true })`);
  await untouched(
    page,
    `addEventListener('pointerup', () => void rig.media.unlockAudio(), { once: true })`,
  );
  await page.mouse.click(10, 10);
  await untouched(page, `rig.nextUpdate({ type: 'audio-blocked', blocked: false })`);
  await page.evaluate(() => rig.hears());
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-present', userId: 'carol', present: true }),
  );
  await page.close();
  await end();
});

test('a camera waits for the grant of the server', async () => {
  const { alice, bob, room, end } = await stage.twoInARoom({
    bobMay: [TrackSource.MICROPHONE],
    bobSends: false,
  });
  const on = bob.evaluate(() => rig.set('camera', true));
  await bob.evaluate(() => rig.nextUpdate({ type: 'local-track', source: 'camera', on: true }));
  await room.grantEverything('bob');
  await on;
  await alice.evaluate(() => rig.frames(5, 'bob'));
  await end();
});

test('microphone and camera can be changed during the call', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  const camera = await bob.evaluate(() => rig.pick('camera', 2));
  await bob.evaluate((id) => rig.nextUpdate({ type: 'devices-changed', deviceId: id }), camera);
  await bob.evaluate(() => rig.pick('microphone', 1));
  assert.deepEqual(await bob.evaluate(() => rig.live().sort()), ['audio', 'video']);
  await alice.evaluate(() => rig.frames(5, 'bob'));
  await alice.evaluate(async () => {
    rig.forget();
    await rig.volume('bob', true);
  });
  await bob.evaluate(() => rig.media.switchCamera());
  await alice.evaluate(() => rig.frames(5, 'bob'));
  const unknown = await bob.evaluate(() =>
    rig.outcome(() => rig.media.selectDevice('camera', 'no such one')),
  );
  assert.equal(unknown, 'invalid-parameter');
  await end();
});

test('a removed camera is replaced by another one (F99)', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await bob.evaluate(async () => {
    rig.forget();
    rig.endTrack('video');
    await rig.nextUpdate({ type: 'devices-changed', kind: 'camera' });
  });
  await alice.evaluate(() => rig.frames(10, 'bob'));
  await end();
});

test('a frozen video is reported', async () => {
  const { alice, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.frames(5, 'bob'));
  process.kill(livekit.pid, 'SIGSTOP');
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-frozen', userId: 'bob', frozen: true }),
  );
  process.kill(livekit.pid, 'SIGCONT');
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-frozen', userId: 'bob', frozen: false }),
  );
  await alice.evaluate(() => rig.frames(5, 'bob'));
  await end();
});

test('a lower resolution applies to the open camera', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  assert.equal(await bob.evaluate(() => rig.frames(3, null)), 1280);
  await bob.evaluate(() => rig.media.setVideoEncoder({ resolution: '360p', fps: 15 }));
  await bob.evaluate(() => rig.frames(5, null));
  assert.equal(await bob.evaluate(() => rig.frames(5, null)), 640);
  assert.equal(await bob.evaluate(() => rig.opened.length), 2);
  await alice.evaluate(() => rig.frames(5, 'bob'));
  await end();
});

test('the local video is available before a call, also by userId', async () => {
  const page = await stage.page();
  await page.evaluate(() => {
    rig.media.setOwnUser('alice');
    rig.show('alice');
    rig.media.setVideoStyle('alice', { fillMode: 'cover', rotation: 90 });
    return rig.set('camera', true);
  });
  await page.evaluate(() => rig.frames(3, 'alice'));
  const look = await page.evaluate(() => {
    const { objectFit, rotate } = document.querySelectorAll('video')[1]?.style ?? {};
    return { objectFit, rotate };
  });
  assert.deepEqual(look, { objectFit: 'cover', rotate: '90deg' });
  await page.evaluate(() => rig.set('camera', false));
  assert.deepEqual(await page.evaluate(() => [rig.live(), rig.hide('alice')]), [[], true]);
  await page.browserContext().close();
});

test('a released element is detached', async () => {
  const { alice, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.frames(3, 'bob'));
  assert.deepEqual(await alice.evaluate(() => [rig.hide('bob'), rig.hide(null)]), [true, true]);
  await end();
});

test('Chromium and Firefox users see and hear each other', async (t) => {
  const firefox = await startFirefox();
  t.after(() => firefox.close());
  const { alice, bob, end } = await stage.twoInARoom({ bobIn: firefox });
  await both(alice, bob, () => rig.frames(10, rig.peer));
  await alice.evaluate(() => rig.hears());
  // An AudioContext does not run in a Firefox without a sound card; its statistics do.
  await both(alice, bob, () => rig.volume(rig.peer, true));
  await bob.evaluate(() => rig.set('camera', false));
  await alice.evaluate(() =>
    rig.nextUpdate({ type: 'remote-track', userId: 'bob', source: 'camera', on: false }),
  );
  await bob.evaluate(() => rig.set('camera', true));
  await alice.evaluate(() => rig.frames(5, 'bob'));
  await end();
});

test('a deleted room emits media-lost with the reason', async () => {
  const { alice, room, end } = await stage.twoInARoom();
  await room.delete();
  await alice.evaluate(() => rig.nextUpdate({ type: 'media-lost', reason: 'room-deleted' }));
  await end();
});

test('a room that does not exist cannot be joined', async () => {
  const page = await stage.page();
  const room = new TestRoom(livekit);
  const outcome = await page.evaluate(
    (url, token) => rig.outcome(() => rig.join(url, token)),
    livekit.url,
    await room.token('alice'),
  );
  assert.equal(outcome, 'media-failed');
  await page.browserContext().close();
});

test('a killed media server is detected within seconds, and a join succeeds after its restart', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  const ids = await alice.evaluate(() => rig.liveIds());
  await alice.evaluate(() => rig.volume('bob', true));
  await livekit.kill9();
  await both(alice, bob, () => rig.nextUpdate({ type: 'media-interrupted' }));
  await bob.evaluate(() => rig.set('camera', false));
  await bob.evaluate(() => rig.set('camera', true));
  await livekit.restart();
  await both(alice, bob, () => rig.nextUpdate({ type: 'media-lost' }));
  await alice.evaluate(() => rig.volume('bob', false));
  const room = await new TestRoom(livekit).make();
  await Promise.all([stage.join(alice, room, 'alice'), stage.join(bob, room, 'bob')]);
  await both(alice, bob, () => rig.frames(10, rig.peer));
  assert.deepEqual(await alice.evaluate(() => rig.liveIds()), ids);
  await end();
});

/** The lazily loaded files requested so far. */
function chunks(name: string): string[] {
  return pages.asked.filter((path) => path.includes(name));
}
