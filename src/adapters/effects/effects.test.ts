import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_MEDIA_EFFECTS } from '../../engine/api/media-effects.ts';
import { BackgroundBlur, BLUR_HEIGHT, BLUR_WIDTH } from './background-blur.ts';
import { changedEffects, pictureLook, rememberedEffects } from './effect-settings.ts';
import { followMask, hasMoved, MASK_HEIGHT, MASK_WIDTH, opacityOf } from './mask.ts';
import { ECONOMIES, FULL_PACE, nextPace, type PaceSample } from './pace.ts';
import { PictureEngine, type PictureReport } from './picture-engine.ts';
import { skinLikeness } from './skin.ts';

describe('the settings', () => {
  test('a level outside 0–9 counts as the nearest one, and what is no number as none', () => {
    const levels = [-1, 4.4, 12, NaN].map(
      (beauty) => changedEffects(NO_MEDIA_EFFECTS, { beauty }).beauty,
    );
    assert.deepEqual(levels, [0, 4, 9, 0]);
  });

  test('no background and no beauty leave the picture as it is', () => {
    assert.equal(pictureLook({ ...NO_MEDIA_EFFECTS, noiseSuppression: 'strong' }), null);
    assert.notEqual(pictureLook({ ...NO_MEDIA_EFFECTS, beautyWhiten: 1 }), null);
  });

  test('what was remembered comes back, and what is damaged counts as none', () => {
    const effects = { ...NO_MEDIA_EFFECTS, background: 'blur', beauty: 3 };
    assert.deepEqual(rememberedEffects(JSON.stringify(effects)), effects);
    for (const damaged of [null, '', '7', 'null', '{"background":7,"beauty":"x"}', '{'])
      assert.deepEqual(rememberedEffects(damaged), NO_MEDIA_EFFECTS, String(damaged));
  });
});

describe('the pace', () => {
  const slow: PaceSample = { frames: 8, busyMs: 1000 };
  const after = (samples: readonly PaceSample[]) => samples.reduce(nextPace, FULL_PACE);

  test('four slow seconds lower the effect, at each level, and turn it off at the last', () => {
    const seconds = (count: number) => after(Array<PaceSample>(count).fill(slow));
    assert.deepEqual(
      [3, 4, 8, 11, 12].map((count) => [seconds(count).level, seconds(count).tooSlow]),
      [
        [0, false],
        [1, false],
        [2, false],
        [ECONOMIES.length - 1, false],
        [ECONOMIES.length - 1, true],
      ],
    );
  });

  test('one quick second ends the count', () => {
    const quick: PaceSample = { frames: 25, busyMs: 900 };
    assert.equal(after([slow, slow, slow, quick, slow, slow, slow]).level, 0);
  });

  test('a camera that gives few frames is not slow', () => {
    const dark: PaceSample = { frames: 8, busyMs: 200 };
    const off: PaceSample = { frames: 0, busyMs: 0 };
    assert.equal(after([dark, dark, dark, dark, off, off, off, off]).level, 0);
  });
});

test('an engine that is too slow lowers the picture twice, and then reports it', () => {
  const reports: PictureReport[] = [];
  let time = 0;
  const composer = {
    economy: 0,
    finder: null,
    setLook: () => undefined,
    forget: () => undefined,
    draw: () => {
      time += 100;
      return {} as OffscreenCanvas;
    },
  };
  const engine = new PictureEngine(
    (report) => reports.push(report),
    composer,
    () => time,
  );
  const levels: number[] = [];
  for (let frame = 0; frame < 130; frame += 1) {
    engine.draw({} as CanvasImageSource, { width: 640, height: 480 });
    if (levels.at(-1) !== composer.economy) levels.push(composer.economy);
  }
  assert.deepEqual(levels, [0, 1, 2]);
  assert.deepEqual(
    reports.filter(({ type }) => type === 'failed'),
    [{ type: 'failed', reason: 'too-slow' }],
  );
  // A picture that is not frozen.
  assert.ok(reports.filter(({ type }) => type === 'alive').length >= 20);
});

describe('the mask', () => {
  test('follows a person who moves at once, and its own noise slowly', () => {
    const mask = Float32Array.of(0, 0.5);
    followMask(mask, Float32Array.of(1, 0.55));
    assert.equal(mask[0], 1);
    assert.ok(Math.abs((mask[1] ?? 0) - 0.5) < 0.02);
  });

  test('does not flicker at the edge of a still person', () => {
    const noise = (frame: number, at: number): number =>
      Math.sin(frame * 12.9898 + at * 78.233) / 10;
    const size = 200;
    const mask = new Float32Array(size).fill(0.5);
    const changes = { smoothed: 0, raw: 0 };
    for (let frame = 1; frame <= 60; frame += 1) {
      const newest = Float32Array.from({ length: size }, (_, at) => 0.5 + noise(frame, at));
      const before = mask.slice();
      followMask(mask, newest);
      if (frame < 20) continue;
      for (let at = 0; at < size; at += 1) {
        const opacity = [mask[at], before[at], newest[at], 0.5 + noise(frame - 1, at)].map((one) =>
          opacityOf(one ?? 0),
        );
        const [now = 0, then = 0, rawNow = 0, rawThen = 0] = opacity;
        changes.smoothed += Math.abs(now - then);
        changes.raw += Math.abs(rawNow - rawThen);
      }
    }
    assert.ok(changes.smoothed < changes.raw / 2, JSON.stringify(changes));
  });

  test('is found again when something moves, and not for the noise of a camera', () => {
    const before = new Uint8ClampedArray(MASK_WIDTH * MASK_HEIGHT * 4).fill(100);
    const noisy = before.map((value, at) => value + ((at * 7919) % 21) - 10);
    assert.equal(hasMoved(before, noisy), false);
    // A hand: 2 % of the picture.
    const hand = before.slice().fill(180, 0, Math.round(before.length * 0.02));
    assert.equal(hasMoved(before, hand), true);
  });

  test('hides what is surely background and shows what is surely a person', () => {
    assert.deepEqual([0, 0.3, 0.8, 1].map(opacityOf), [0, 0, 255, 255]);
  });
});

test('the blur of the background has nothing of the person', () => {
  const size = MASK_WIDTH * MASK_HEIGHT;
  const picture = new Uint8ClampedArray(size * 4).fill(255);
  const mask = new Float32Array(size);
  for (let at = 0; at < size; at += 1) {
    const isPerson = at % MASK_WIDTH < MASK_WIDTH / 2;
    mask[at] = isPerson ? 1 : 0;
    // A red person before a blue wall.
    picture.set(isPerson ? [255, 0, 0] : [0, 0, 255], at * 4);
  }
  const blurred = new Uint8ClampedArray(BLUR_WIDTH * BLUR_HEIGHT * 4);
  new BackgroundBlur().blur(picture, mask, 4, blurred);
  const beside = (BLUR_WIDTH * 20 + BLUR_WIDTH / 2 + 1) * 4;
  assert.ok((blurred[beside] ?? 255) < 5, `red ${blurred[beside]}`);
  assert.ok((blurred[beside + 2] ?? 0) > 250, `blue ${blurred[beside + 2]}`);
});

test('skin is skin in the light and in the shade, and walls and leaves are none', () => {
  const skin: readonly Colour[] = [
    [224, 172, 150],
    [141, 95, 75],
    [198, 134, 110],
  ];
  for (const colour of skin) assert.ok(skinLikeness(...colour) > 0.5, colour.join());
  const others: readonly Colour[] = [
    [120, 120, 120],
    [40, 120, 40],
    [30, 60, 200],
  ];
  for (const colour of others) assert.ok(skinLikeness(...colour) < 0.1, colour.join());
});

type Colour = readonly [red: number, green: number, blue: number];
