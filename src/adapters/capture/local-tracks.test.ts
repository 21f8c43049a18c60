import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { MediaUpdate } from '../../engine/api/ports.ts';
import { LocalTracks } from './local-tracks.ts';

/** Devices and effects that are ready when the test says so. */
let opened: { readonly wanted: MediaStreamConstraints; readonly answer: () => FakeTrack }[];
let prepared: { readonly raw: MediaStreamTrack; readonly ready: () => void }[];
let released: MediaStreamTrack[];
let updates: MediaUpdate[];
let browserSuppression: boolean;
let local: LocalTracks;

beforeEach(() => {
  [opened, prepared, released, updates] = [[], [], [], []];
  browserSuppression = true;
  Object.assign(globalThis, { isSecureContext: true });
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia }, configurable: true });
  local = new LocalTracks(
    {
      update: (update) => updates.push(update),
      send: async () => undefined,
      reopened: () => undefined,
    },
    {
      get browserSuppression() {
        return browserSuppression;
      },
      prepare: (_source, raw) =>
        new Promise((resolve) => prepared.push({ raw, ready: () => resolve() })),
      outputOf: (raw) => raw,
      release: (raw) => {
        released.push(raw);
        prepared.find((effect) => effect.raw === raw)?.ready();
      },
    },
  );
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'isSecureContext');
  Reflect.deleteProperty(navigator, 'mediaDevices');
});

for (const source of ['microphone', 'camera'] as const) {
  describe(`a ${source} whose effect is being opened`, () => {
    test('is replaced if it is taken away', async () => {
      const on = local.set(source, true);
      const first = await answered(0);
      first.takeAway();
      const second = await answered(1);
      await ready(1);
      await on;
      assert.deepEqual(local.sending(source), [second]);
      assert.ok(released.some((one) => Object.is(one, first)));
    });

    test('is replaced if it is taken away while it replaces another', async () => {
      const [first] = await turnedOn(source);
      first.takeAway();
      const second = await answered(1);
      second.takeAway();
      const third = await answered(2);
      await ready(2);
      assert.deepEqual(local.sending(source), [third]);
    });

    test('is reported if each one is taken away', async () => {
      const on = local.set(source, true);
      const outcome = assert.rejects(on, { name: `${source}-unavailable` });
      for (const at of [0, 1, 2]) (await answered(at)).takeAway();
      await outcome;
      assert.equal(opened.length, 3);
    });

    test('stops at once with the call, and no other is opened', async () => {
      const on = local.set(source, true);
      const track = await answered(0);
      local.stop();
      assert.equal(track.readyState, 'ended');
      await ready(0);
      await on;
      assert.deepEqual([opened.length, updates], [1, []]);
    });
  });

  test(`a ${source} that arrives after the call, in place of another, stops and gets no effect`, async () => {
    const [first] = await turnedOn(source);
    first.takeAway();
    await settled();
    local.stop();
    updates.length = 0;
    const late = await answered(1);
    await settled();
    assert.deepEqual([late.readyState, prepared.length, updates], ['ended', 1, []]);
  });

  test(`of two replacements of a ${source}, only the newer one gets the effect`, async () => {
    await turnedOn(source);
    const older = local.reopen(source);
    await settled();
    const newer = local.reopen(source);
    const second = await answered(2);
    const first = await answered(1);
    await ready(1);
    await Promise.all([older, newer]);
    assert.equal(first.readyState, 'ended');
    assert.deepEqual([prepared.length, prepared[1]?.raw], [2, second]);
    assert.deepEqual(local.sending(source), [second]);
  });
}

test('a microphone that is selected, or opened otherwise, while one is opened is used', async () => {
  const on = local.set('microphone', true);
  const first = await answered(0);
  local.microphoneId = 'headset';
  await local.reopen('microphone');
  await ready(0);
  const second = await answered(1);
  browserSuppression = false;
  await local.reopen('microphone');
  await ready(1);
  const third = await answered(2);
  await ready(2);
  await on;
  assert.deepEqual([first.readyState, second.readyState], ['ended', 'ended']);
  assert.deepEqual(local.sending('microphone'), [third]);
  const { deviceId, noiseSuppression } = opened[2]?.wanted.audio as MediaTrackConstraints;
  assert.deepEqual([deviceId, noiseSuppression], [{ exact: 'headset' }, false]);
});

test('a microphone that is muted and unmuted while it is replaced is open once', async () => {
  const [first] = await turnedOn('microphone');
  first.takeAway();
  await settled();
  await local.set('microphone', false);
  const on = local.set('microphone', true);
  const [replacing, opening] = [await answered(1), await answered(2)];
  assert.equal(replacing.readyState, 'ended');
  await ready(1);
  await on;
  assert.deepEqual(local.sending('microphone'), [opening]);
  assert.deepEqual([opening.readyState, opening.enabled], ['live', true]);
});

class FakeTrack extends EventTarget {
  readyState: MediaStreamTrackState = 'live';
  enabled = true;
  readonly muted = false;

  stop(): void {
    this.readyState = 'ended';
  }

  takeAway(): void {
    this.stop();
    this.dispatchEvent(new Event('ended'));
  }
}

function getUserMedia(wanted: MediaStreamConstraints): Promise<object> {
  return new Promise((resolve) => {
    const answer = (): FakeTrack => {
      const track = new FakeTrack();
      resolve({ getAudioTracks: () => [track], getVideoTracks: () => [track] });
      return track;
    };
    opened.push({ wanted, answer });
  });
}

/** The browser answers this request for a device. */
async function answered(at: number): Promise<FakeTrack> {
  await settled();
  const request = opened[at];
  assert.ok(request, `no request ${at}`);
  const track = request.answer();
  await settled();
  return track;
}

/** This effect is open. */
async function ready(at: number): Promise<void> {
  await settled();
  const effect = prepared[at];
  assert.ok(effect, `no effect ${at}`);
  effect.ready();
  await settled();
}

async function turnedOn(source: 'microphone' | 'camera'): Promise<[FakeTrack]> {
  const on = local.set(source, true);
  const track = await answered(0);
  await ready(0);
  await on;
  return [track];
}

/** All work that waits for nothing has been done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
