import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { deferred } from '../../src/adapters/effects/within.ts';
import { eventually } from './support/eventually.ts';
import {
  countSentFrames,
  detailOf,
  detailOfPhotograph,
  goesOn,
  photographCamera,
  PhotoWorld,
  untilDetail,
  type Detail,
} from './support/photo-call.ts';
import type { WidgetPage } from './support/widget-page.ts';

/** Background and beauty in real calls, measured by pixels: the camera shows a photograph of a person. */

let photo: PhotoWorld;
/** The photograph without any effect. */
let plain: Detail;
/** Starts beside the first tests. */
let firefox: Promise<Browser>;
before(async () => {
  photo = await PhotoWorld.start();
  firefox = photo.world.firefox();
  firefox.catch(() => undefined);
});
after(() => photo.stop());
afterEach(() => photo.closePages());

const EFFECT_FILES = /picture-|noise-|segmenter|selfie/;

test('a page that uses no effect loads nothing of them, and shows the picture as it is', async () => {
  const [alice] = await photo.call();
  const measured = await detailOfPhotograph(alice);
  assert.ok(measured);
  plain = await untilDetail(
    alice,
    'own',
    'as it is',
    ({ shuttle }) => shuttle > measured.shuttle * 0.8,
  );
  const loaded = await alice.page.evaluate(() => window.record.requests());
  assert.deepEqual(
    loaded.filter((url) => EFFECT_FILES.test(url)),
    [],
  );
  await end(alice);
});

test('what is behind a person is blurred from the first frame on, the person is not, and the other side sees that', async () => {
  const [alice, bob] = await photo.call({ background: 'blur' });
  const own = await untilDetail(alice, 'own', 'blurred', isBlurred);
  assert.ok(own.face > plain.face * 0.9, `face ${own.face} of ${plain.face}`);
  assert.ok(own.hair > plain.hair * 0.8, `hair ${own.hair} of ${plain.hair}`);
  const other = await untilDetail(bob, 'other', 'blurred', isBlurred);
  assert.ok(other.face > other.shuttle * 5, JSON.stringify(other));

  await set(alice, { background: 'blur-strong' });
  await untilDetail(alice, 'own', 'blurred more', ({ wide }) => wide < own.wide * 0.85);
  await set(alice, { background: 'none' });
  await untilDetail(bob, 'other', 'as it is', ({ shuttle }) => shuttle > plain.shuttle * 0.6);
  await eventually(
    async () => alice.page.workers().length === 0,
    () => 'the worker stays',
  );
  await end(alice);
});

test('an image takes the place of the background; one that does not come leaves the one before', async () => {
  const [alice] = await photo.call({ background: '/media/astronaut.jpg' });
  const image = await untilDetail(alice, 'own', 'an image', ({ shuttle }) => shuttle > 2);
  await set(alice, { background: 'blur' });
  const blurred = await untilDetail(alice, 'own', 'blurred', isBlurred);
  assert.ok(blurred.shuttle < image.shuttle);
  for (const [background, reason] of [
    ['/media/nothing.jpg', 'background-not-loaded'],
    ['/media/README.md', 'background-not-loaded'],
    ['/media/huge.png', 'background-too-large'],
    ['data:image/png;base64,AAAA', 'background-not-loaded'],
  ] as const) {
    await set(alice, { background });
    await failed(alice, 'background', reason);
    await alice.page.evaluate(() => void (window.record.events.length = 0));
    assert.equal(
      await alice.page.evaluate(() => document.querySelector('tui-call')?.background),
      'blur',
    );
  }
  assert.ok(isBlurred((await detailOf(alice, 'own')) ?? plain));
  await goesOn(alice);
  await end(alice);
});

test('the user chooses in the menu of the call, by keyboard too, and the choice is kept for the next visit', async () => {
  const [alice] = await photo.call();
  await alice.click('More');
  await alice.page.locator('::-p-aria([name="Background and effects"][role="menuitem"])').click();
  await alice.page.waitForSelector('::-p-aria([name="Blur"][role="radio"])', { visible: true });
  // A preview of the own picture for each choice.
  await eventually(
    () =>
      alice.page.evaluate(() => {
        const drawn = window.record
          .deep('.thumb canvas')
          .map((one) => one instanceof HTMLCanvasElement && one.toDataURL());
        return new Set(drawn).size === 3;
      }),
    () => 'no three different previews',
  );
  await alice.page.locator('::-p-aria([name="None"][role="radio"])').click();
  await alice.page.keyboard.press('ArrowDown');
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  await alice.page.keyboard.press('Escape');
  const kept = await alice.page.evaluate(() => localStorage.getItem('tui-call:effects'));
  assert.equal((JSON.parse(kept ?? '{}') as { background?: string }).background, 'blur');
  await end(alice);
  const [again] = await photo.call({}, { beside: alice });
  await untilDetail(again, 'own', 'blurred', isBlurred);
  await end(again);
});

test('beauty smooths the skin and keeps the eyes, with a blurred background in the same picture', async () => {
  const [alice] = await photo.call({ beauty: '9', background: 'blur' });
  const own = await untilDetail(
    alice,
    'own',
    'smooth and blurred',
    (now) => now.cheek < plain.cheek * 0.75 && isBlurred(now),
  );
  assert.ok(own.eyes > plain.eyes * 0.75, `eyes ${own.eyes} of ${plain.eyes}`);
  await end(alice);
});

test('a camera that is taken away and one that is turned off and on come back with the effect', async () => {
  const [alice, bob] = await photo.call({ background: 'blur' });
  await untilDetail(bob, 'other', 'blurred', isBlurred);
  await takeCameraAway(alice);
  await goesOn(alice);
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  await alice.call('closeCamera');
  await alice.call('openCamera');
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  await untilDetail(bob, 'other', 'blurred', isBlurred);
  assert.equal(alice.page.workers().length, 1);
  await end(alice);
});

test('a camera that is taken away while its effect loads is replaced, and its background hidden', async () => {
  const { asked, release } = holdModel();
  const [alice, bob] = await photo.call({ background: 'blur' });
  await asked;
  await takeCameraAway(alice);
  release();
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  await untilDetail(bob, 'other', 'blurred', isBlurred);
  await goesOn(bob);
  await end(alice);
});

test('fifty changes in two seconds end in one worker with the last one; if it stops, the plain picture is sent', async () => {
  const [alice, bob] = await photo.call();
  await alice.page.evaluate(async () => {
    const widget = document.querySelector('tui-call');
    for (let change = 0; change < 50 && widget; change += 1) {
      widget.background = ['blur', 'none', 'blur-strong', '/media/astronaut.jpg'][change % 4] ?? '';
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    if (widget) widget.background = 'blur-strong';
  });
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  await untilDetail(bob, 'other', 'blurred', isBlurred);
  const workers = alice.page.workers();
  assert.equal(workers.length, 1);
  await workers[0]?.close();
  await failed(alice, 'background', 'stopped');
  await alice.announces('The effect has stopped');
  await untilDetail(bob, 'other', 'as it is', ({ shuttle }) => shuttle > plain.shuttle * 0.6);
  await goesOn(bob);
  await end(alice);
});

test('a call that ends while the model loads leaves nothing behind', async () => {
  const { asked, release } = holdModel();
  const [alice, bob] = await photo.call({ background: 'blur' });
  await asked;
  // Until the background is hidden, nobody sees it.
  assert.equal((await bob.state()).members.find(({ isSelf }) => !isSelf)?.videoOn, false);
  await end(alice);
  release();
});

test('a model that cannot be fetched is reported, and the plain picture is sent', async () => {
  photo.world.website.until = async (path) => {
    if (path.includes('selfie')) throw new Error('no such file');
  };
  const [alice, bob] = await photo.call({ background: 'blur' });
  await failed(alice, 'background', 'not-loaded');
  photo.world.website.until = async () => undefined;
  await alice.announces('The effect could not be loaded');
  await untilDetail(bob, 'other', 'as it is', ({ shuttle }) => shuttle > plain.shuttle * 0.6);
  await end(alice);
});

test('a policy without wasm-unsafe-eval is reported; picture and sound go on as they are', async () => {
  const { website } = photo.world;
  const allowing = website.policyOf;
  website.policyOf = (strict) => allowing(strict).replace(" 'wasm-unsafe-eval'", '');
  const [alice, bob] = await photo.call({ background: 'blur', 'noise-suppression': 'strong' });
  await failed(alice, 'background', 'webassembly-blocked');
  await failed(alice, 'noise-suppression', 'webassembly-blocked');
  website.policyOf = allowing;
  await goesOn(bob);
  await bob.hears();
  await untilDetail(bob, 'other', 'as it is', ({ shuttle }) => shuttle > plain.shuttle * 0.6);
  await hangUp(alice);
});

test('a policy that allows no worker leaves the effect to the page', async () => {
  const { website } = photo.world;
  const allowing = website.policyOf;
  website.policyOf = (strict) => allowing(strict).replace(' tui-call', '');
  const [alice] = await photo.call({ background: 'blur' });
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  website.policyOf = allowing;
  assert.equal(alice.page.workers().length, 0);
  await hangUp(alice);
});

test('files on another origin give the effect to a worker all the same, where the policy allows that, else to the page', async () => {
  const { website } = photo.world;
  const allowing = website.policyOf;
  for (const [workers, count] of [
    ['; worker-src blob: http://localhost:*', 1],
    ["; worker-src 'none'", 0],
  ] as const) {
    website.policyOf = (strict) =>
      allowing(strict).replaceAll("'self'", "'self' http://localhost:*") + workers;
    const [alice] = await photo.call({ background: 'blur' }, { pageName: 'elsewhere.html' });
    await untilDetail(alice, 'own', 'blurred', isBlurred);
    website.policyOf = allowing;
    assert.equal(alice.page.workers().length, count, workers);
    await hangUp(alice);
  }
});

test('Firefox blurs the background, and Chromium receives it', async (t) => {
  const options = { browser: await firefox, before: `(${photographCamera.toString()})()` };
  const [alice, bob] = await photo.call({ background: 'blur' }, options);
  await untilDetail(bob, 'other', 'blurred', isBlurred);
  await untilDetail(alice, 'own', 'blurred', isBlurred);
  const fps = await alice.page.evaluate(countSentFrames);
  t.diagnostic(`${fps.toFixed(1)} frames per second`);
  const failures = (await alice.events()).filter(({ name }) => name === 'effect-failed');
  assert.deepEqual(failures, []);
  await alice.call('hangup');
  await alice.clean();
});

/** The website sends no model before `release`. */
function holdModel(): { asked: Promise<void>; release: () => void } {
  const [asked, held] = [deferred<void>(), deferred<void>()];
  photo.world.website.until = async (path) => {
    if (!path.includes('selfie')) return;
    asked.resolve();
    await held.promise;
  };
  const release = (): void => {
    held.resolve();
    photo.world.website.until = async () => undefined;
  };
  return { asked: asked.promise, release };
}

/** As a browser does when a camera is unplugged. */
function takeCameraAway(who: WidgetPage): Promise<void> {
  return who.page.evaluate(() => {
    for (const track of window.record.tracks.filter(({ kind }) => kind === 'video')) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });
}

/** Much less detail than in the face: that holds in a picture of any size, too. */
function isBlurred({ shuttle, face }: Detail): boolean {
  return shuttle / face < (plain.shuttle / plain.face) * 0.5;
}

function set(who: WidgetPage, properties: object): Promise<void> {
  return who.page.evaluate((all) => {
    const widget = document.querySelector('tui-call');
    if (widget) Object.assign(widget, all);
  }, properties);
}

async function failed(who: WidgetPage, effect: string, reason: string): Promise<void> {
  await eventually(
    async () =>
      (await who.events()).some(
        ({ name, detail }) =>
          name === 'effect-failed' && detail['effect'] === effect && detail['reason'] === reason,
      ),
    async () => `no ${effect} ${reason}: ${JSON.stringify(await who.events())}`,
  );
}

async function end(alice: WidgetPage): Promise<void> {
  await alice.clean();
  await hangUp(alice);
}

/** Ends the call; no effect, camera or microphone may be left after it. */
async function hangUp(alice: WidgetPage): Promise<void> {
  await alice.call('hangup');
  const left = await eventually(
    async () => {
      const { tracks } = await alice.open();
      return tracks + alice.page.workers().length + (await alice.players()) === 0;
    },
    async () =>
      `left: ${JSON.stringify(await alice.open())}, ${alice.page.workers().length} workers, ${await alice.players()} players`,
  );
  assert.ok(left);
}
