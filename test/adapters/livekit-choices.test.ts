/** Settings of LivekitMedia, and its use of browser and LiveKit features, in real calls. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Page } from 'puppeteer-core';

import { MediaStage } from './support/media-stage.ts';

let stage: MediaStage;

before(async () => {
  stage = await MediaStage.start();
});

after(() => stage.stop());

test('the speaker selected before the call plays it, and a newly selected one replaces it', async () => {
  const { room, end } = await stage.twoInARoom();
  const carol = await stage.page('bob');
  const before = await carol.evaluate(async () => {
    // Speakers have names once a microphone is permitted.
    await rig.set('microphone', true);
    return rig.pick('speaker', 1);
  });
  await stage.join(carol, room, 'carol');
  await carol.evaluate(() => rig.hears());
  await playsOn(carol, before);
  const after = await carol.evaluate(() => rig.pick('speaker', 2));
  assert.equal(new Set(['', before, after]).size, 3);
  await playsOn(carol, after);
  await carol.evaluate((id) => rig.nextUpdate({ type: 'devices-changed', deviceId: id }), after);
  await carol.browserContext().close();
  await end();
});

test('a selected speaker that is gone by the next call leaves the sound to the system’s, until it is back', async () => {
  const { alice, room, end } = await stage.twoInARoom();
  const speaker = await alice.evaluate(() => rig.pick('speaker', 1));
  await playsOn(alice, speaker);
  await alice.evaluate(async (id) => {
    await rig.media.leave();
    const { mediaDevices } = navigator;
    const list = mediaDevices.enumerateDevices.bind(mediaDevices);
    const { prototype } = HTMLMediaElement;
    const select = prototype.setSinkId;
    let gone = true;
    mediaDevices.enumerateDevices = async () =>
      (await list()).filter(({ deviceId }) => !gone || deviceId !== id);
    prototype.setSinkId = async function (deviceId) {
      if (gone && deviceId === id) throw new DOMException('no such speaker', 'NotFoundError');
      return select.call(this, deviceId);
    };
    addEventListener('plugged-in', () => {
      gone = false;
      mediaDevices.dispatchEvent(new Event('devicechange'));
    });
    await rig.set('microphone', true);
  }, speaker);
  await stage.join(alice, room, 'alice');
  await alice.evaluate(() => rig.hears());
  await playsOn(alice, '');
  await alice.evaluate(() => dispatchEvent(new Event('plugged-in')));
  await playsOn(alice, speaker);
  await end();
});

test('the sound of the others is turned off and on, also of later tracks, until the call is left', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.hears());
  await alice.evaluate(() => rig.media.muteRemoteAudio(true));
  assert.deepEqual(await silent(alice), [true]);
  await bob.evaluate(() => rig.set('microphone', false));
  await bob.evaluate(() => rig.set('microphone', true));
  assert.deepEqual(await silent(alice), [true]);
  await alice.evaluate(() => rig.media.muteRemoteAudio(false));
  assert.deepEqual(await silent(alice), [false]);
  await end();
});

test('the others stay audible when the page replaces its body, also by later tracks', async () => {
  const { alice, bob, room, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.hears());
  // As Turbo does: what the page does not know is gone with the old body.
  await alice.evaluate(() => document.body.replaceWith(document.createElement('body')));
  await alice.evaluate(() => rig.hears());
  await alice.evaluate(() => document.body.replaceChildren());
  await stage.join(bob, room, 'bob');
  await alice.evaluate(() => rig.hears());
  await end();
});

test('a phone switches between front and back camera', async () => {
  const page = await stage.page();
  const asked = await page.evaluate(async () => {
    const facing: unknown[] = [];
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    // Without a choice a phone opens the front camera.
    let opened = 'user';
    mediaDevices.getUserMedia = async (constraints) => {
      const { facingMode, ...others } = constraints?.video as MediaTrackConstraints;
      facing.push(facingMode ?? null);
      if (typeof facingMode === 'object' && 'exact' in facingMode) {
        opened = String(facingMode.exact);
      }
      return open({ video: others });
    };
    const { prototype } = MediaStreamTrack;
    const settings = prototype.getSettings;
    prototype.getSettings = function () {
      return { ...settings.call(this), facingMode: opened };
    };
    await rig.set('camera', true);
    await rig.media.switchCamera();
    await rig.media.switchCamera();
    return facing;
  });
  assert.deepEqual(asked, [null, { exact: 'environment' }, { exact: 'user' }]);
  assert.deepEqual(await page.evaluate(() => rig.live()), ['video']);
  await page.browserContext().close();
});

test('LiveKit lists the resolution that a client states, whatever it sends (decision 0020)', async () => {
  const { alice, room, end } = await stage.twoInARoom({ bobSends: false });
  const carol = await stage.page();
  await stage.join(carol, room, 'carol');
  const captured = await carol.evaluate(async () => {
    const { prototype } = MediaStreamTrack;
    const settings = prototype.getSettings;
    const heights: number[] = [];
    prototype.getSettings = function () {
      const own = settings.call(this);
      heights.push(own.height ?? 0);
      return { ...own, width: 3840, height: 2160 };
    };
    await rig.set('camera', true);
    return Math.max(...heights);
  });
  assert.ok(captured > 0 && captured < 2160, `${captured}`);
  // LiveKit lists a track once it is published.
  await alice.evaluate(() => {
    rig.show('carol');
    return rig.frames(3, 'carol');
  });
  const [track] = await room.tracks('carol');
  assert.deepEqual([track?.width, track?.height], [3840, 2160]);
  await carol.browserContext().close();
  await end();
});

test('the requested frame rate limits capture and publication', async () => {
  const { alice, bob, end } = await stage.twoInARoom({ bobSends: false });
  await bob.evaluate(async () => {
    await rig.media.setVideoEncoder({ resolution: '360p', fps: 15 });
    await rig.set('camera', true);
  });
  await alice.evaluate(() => rig.frames(3, 'bob'));
  const rates = await bob.evaluate(() => [
    rig.opened.at(-1)?.getSettings().frameRate,
    Math.max(...rig.layers('video').map(({ maxFramerate = Infinity }) => maxFramerate)),
  ]);
  assert.deepEqual(rates, [15, 15]);
  await end();
});

test('a video without a viewer is paused, and resumes with the first one', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.frames(3, 'bob'));
  await sends(bob, true);
  await alice.evaluate(() => rig.hide('bob'));
  await sends(bob, false);
  await alice.evaluate(() => rig.show('bob'));
  await sends(bob, true);
  await alice.evaluate(() => rig.frames(3, 'bob'));
  await end();
});

test('a page in the back/forward cache stays in its call', async () => {
  const { alice, bob, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.frames(3, 'bob'));
  await bob.evaluate(() => {
    for (const type of ['pagehide', 'beforeunload', 'freeze']) {
      (type === 'freeze' ? document : window).dispatchEvent(new Event(type));
    }
  });
  await alice.evaluate(() => rig.frames(20, 'bob'));
  await bob.evaluate(() => rig.frames(20, 'alice'));
  const lost = await bob.evaluate(() => rig.facts.filter(({ type }) => type === 'media-lost'));
  assert.deepEqual(lost, []);
  await end();
});

test('a track ended without an event is reopened by the next join', async () => {
  const { alice, bob, room, end } = await stage.twoInARoom();
  await alice.evaluate(() => rig.frames(3, 'bob'));
  // As a frozen page finds its tracks: stop() fires no event.
  await bob.evaluate(() => rig.opened.forEach((track) => track.stop()));
  assert.deepEqual(await bob.evaluate(() => rig.live()), []);
  await stage.join(bob, room, 'bob');
  await alice.evaluate(() => rig.frames(3, 'bob'));
  await alice.evaluate(() => rig.hears());
  assert.deepEqual(await bob.evaluate(() => rig.live().sort()), ['audio', 'video']);
  await end();
});

test('a source that is off stays closed after a second join', async () => {
  const { alice, bob, room, end } = await stage.twoInARoom();
  await bob.evaluate(() => rig.set('camera', false));
  await stage.join(bob, room, 'bob');
  await bob.evaluate(() => rig.frames(3, 'alice'));
  await alice.evaluate(() => rig.hears());
  assert.deepEqual(await bob.evaluate(() => rig.live()), ['audio']);
  await end();
});

test('setVideoRenderParams() styles each element of the user', async () => {
  const page = await stage.page();
  const style = await page.evaluate(async () => {
    const engine = rig.engine();
    for (const userId of ['bob', 'carol']) {
      const video = document.createElement('video');
      video.id = userId;
      document.body.append(video);
      engine.media.attachVideo({ userId, source: 'camera' }, video);
    }
    engine.setVideoRenderParams({ userId: 'bob', fillMode: 'contain', rotation: 270 });
    // Loads only the code that draws.
    await engine.media.listDevices();
    return [...document.querySelectorAll('#bob, #carol')].map((video) => {
      const { objectFit, rotate } = (video as HTMLVideoElement).style;
      return [objectFit, rotate];
    });
  });
  assert.deepEqual(style, [
    ['contain', '270deg'],
    ['', ''],
  ]);
  await page.browserContext().close();
});

async function playsOn(page: Page, speaker: string): Promise<void> {
  const plays = (id: string): boolean => {
    const sounds = [...document.querySelectorAll('audio')];
    return sounds.length > 0 && sounds.every(({ sinkId }) => sinkId === id);
  };
  await page.waitForFunction(plays, { polling: 50, timeout: 60_000 }, speaker);
}

async function sends(page: Page, does: boolean): Promise<void> {
  const isSo = (wanted: boolean): boolean =>
    rig.layers('video').some(({ active }) => active) === wanted;
  await page.waitForFunction(isSo, { polling: 50 }, does);
}

/** Whether each remote sound of a page is off. */
function silent(page: Page): Promise<boolean[]> {
  return page.evaluate(() => [...document.querySelectorAll('audio')].map(({ muted }) => muted));
}
