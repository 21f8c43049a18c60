/** A ring file of the page, and vibration, in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'puppeteer-core';

import { ringerPages } from './support/ringer-pages.ts';
import { untouched } from './support/untouched.ts';

const pages = ringerPages();

test('a ring file plays in a loop until the ring ends', async () => {
  const page = await openPage();
  await page.evaluate(ringFile);
  // From its end to its beginning, twice.
  await page.waitForFunction(() => players[0]?.rounds === 2);
  assert.deepEqual(await page.evaluate(heard), { tones: 0, playing: [true] });
  await page.evaluate(() => adapters.ringer.stop());
  assert.deepEqual(await page.evaluate(heard), { tones: 0, playing: [false] });
});

test('a blocked ring file is reported, and plays with the first user gesture (F100)', async () => {
  const page = await openPage({ touched: false });
  await untouched(page, 'adapters.watchRinger()');
  await untouched(page, `(${String(ringFile)})()`);
  await untouched(page, `adapters.noted('blocked true')`);
  await page.mouse.click(10, 10);
  await page.evaluate(() => adapters.noted('blocked false'));
  assert.deepEqual(await page.evaluate(heard), { tones: 0, playing: [true] });
});

test('the built-in tone replaces a file whose server does not respond', async () => {
  const page = await openPage();
  await page.evaluate(() => adapters.ringer.ring('ringtone', { url: '/late.wav', muted: false }));
  await page.waitForFunction(() => tones === 1);
  assert.deepEqual(await page.evaluate(heard), { tones: 1, playing: [false] });
  await page.evaluate(() => adapters.ringer.stop());
});

test('an incoming ring vibrates until it ends, also when muted; a ringback does not', async () => {
  const page = await openPage();
  const felt = await page.evaluate(() => {
    adapters.ringer.ring('ringback', { muted: true });
    adapters.ringer.stop();
    adapters.ringer.ring('ringtone', { muted: true });
    const begun = vibrations.map((one) => Array.isArray(one) && one.length > 1);
    adapters.ringer.stop();
    return [...begun, vibrations.at(-1)];
  });
  assert.deepEqual(felt, [true, 0]);
});

test('a ring plays at its volume and on its speaker; without a selectable one on the system’s', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    HTMLMediaElement.prototype.setSinkId = (id) => {
      sinks.push(id);
      return Promise.reject(new DOMException('no such device', 'NotFoundError'));
    };
    adapters.ringer.ring('ringtone', {
      url: '/ring.wav',
      muted: false,
      volume: 30,
      deviceId: 's2',
    });
  });
  await page.waitForFunction(() => players[0]?.paused === false);
  assert.deepEqual(await page.evaluate(() => [players[0]?.volume, sinks]), [0.3, ['s2']]);
  await page.evaluate(() => adapters.ringer.stop());
});

test('the built-in tone plays at its volume and on its speaker', async () => {
  const page = await openPage();
  const levels = await page.evaluate(async () => {
    // Not yet in TypeScript’s library.
    Object.assign(AudioContext.prototype, {
      setSinkId: async (id: string) => void sinks.push(id),
    });
    const create = AudioContext.prototype.createGain;
    const gains: GainNode[] = [];
    AudioContext.prototype.createGain = function () {
      gains.push(create.call(this));
      return gains.at(-1)!;
    };
    adapters.ringer.ring('ringtone', { muted: false, volume: 20, deviceId: 's1' });
    while (gains.length === 0) await new Promise(requestAnimationFrame);
    return gains.map(({ gain }) => Math.round(gain.value * 100));
  });
  await page.waitForFunction(() => sinks.length === 1);
  assert.deepEqual([levels, await page.evaluate(() => sinks)], [[20], ['s1']]);
  await page.evaluate(() => adapters.ringer.stop());
});

test('a page without a user gesture does not vibrate', async () => {
  const page = await openPage({ touched: false });
  await untouched(page, `adapters.ringer.ring('ringtone', { muted: true })`);
  assert.deepEqual(await page.evaluate(() => vibrations), []);
});

async function openPage(options?: { touched: boolean }): Promise<Page> {
  const page = await pages.newPage();
  await page.evaluateOnNewDocument(() => {
    globalThis.players = [];
    globalThis.tones = 0;
    globalThis.vibrations = [];
    globalThis.sinks = [];
    globalThis.Audio = class extends Audio {
      rounds = 0;
      constructor(url?: string) {
        super(url);
        players.push(this);
        this.addEventListener('seeked', () => (this.rounds += 1));
      }
    };
    globalThis.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        tones += 1;
      }
    };
    navigator.vibrate = (pattern) => {
      vibrations.push(typeof pattern === 'number' ? pattern : [...pattern]);
      return true;
    };
  });
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    // Never responds.
    if (request.url().endsWith('/late.wav')) return;
    const isRing = request.url().endsWith('/ring.wav');
    const body = ringSound();
    void (isRing ? request.respond({ contentType: 'audio/wav', body }) : request.continue());
  });
  await pages.visit(page, options);
  return page;
}

/** A fifth of a second of 440 Hz: 8-bit samples of one channel, 8,000 a second. */
function ringSound(): Buffer {
  const rate = 8_000;
  const samples = Buffer.from(
    Array.from({ length: rate / 5 }, (_, n) => 128 + 40 * Math.sin((2 * Math.PI * 440 * n) / rate)),
  );
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

function ringFile(): void {
  adapters.ringer.ring('ringtone', { url: '/ring.wav', muted: false });
}

const heard = () => ({ tones, playing: players.map(({ paused }) => !paused) });

declare global {
  var players: (HTMLAudioElement & { rounds: number })[];
  var tones: number;
  var vibrations: VibratePattern[];
  var sinks: string[];
}
