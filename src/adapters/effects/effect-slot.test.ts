import assert from 'node:assert/strict';
import { describe, mock, test, type TestContext } from 'node:test';
import type { EffectReason } from '../../engine/api/observer.ts';
import { EffectError } from './effect-error.ts';
import { EffectSlot } from './effect-slot.ts';
import type { OpenOptions, ProcessedTrack } from './processed-track.ts';

const LIMIT_MS = 15_000;

describe('an effect that does not open in time is turned off, so that the raw track is sent:', () => {
  test('its code does not arrive', async (t) => {
    const { slot, failures, advance, raw } = setUp(t, { load: () => new Promise(() => undefined) });
    const taken = slot.take(raw);
    await advance();
    await taken;
    assert.deepEqual(failures, ['not-loaded']);
    assert.equal(slot.outputOf(raw), null);
  });

  test('it never opens, and what it still opens is closed', async (t) => {
    const { slot, failures, advance, raw, opened } = setUp(t);
    const taken = slot.take(raw);
    await settled();
    await advance();
    await taken;
    assert.deepEqual(failures, ['not-loaded']);
    assert.equal(opened[0]?.options.signal.aborted, true);
    const late = opened[0]?.finish();
    await settled();
    assert.equal(late?.isClosed, true);
    assert.equal(slot.outputOf(raw), null);
  });

  test('it does not change', async (t) => {
    const { slot, failures, advance, raw, opened, wish } = setUp(t, {
      change: () => new Promise(() => undefined),
    });
    const taken = slot.take(raw);
    await settled();
    opened[0]?.finish();
    await taken;
    wish.look = 'another';
    const changed = slot.update();
    await settled();
    await advance();
    await changed;
    assert.deepEqual(failures, ['not-loaded']);
    assert.equal(slot.outputOf(raw), null);
  });
});

test('a newer track does not wait for the effect of the one before', async (t) => {
  const { slot, raw, opened, failures } = setUp(t);
  void slot.take(raw);
  await settled();
  slot.release(raw);
  const newer = track();
  const taken = slot.take(newer);
  await settled();
  const processed = opened[1]?.finish();
  await taken;
  assert.equal(slot.outputOf(newer), processed?.track);
  const late = opened[0]?.finish();
  await settled();
  assert.deepEqual([late?.isClosed, processed?.isClosed, failures], [true, false, []]);
});

test('an effect that fails in the moment it opens is turned off', async (t) => {
  const { slot, raw, opened, failures } = setUp(t);
  const taken = slot.take(raw);
  await settled();
  const processed = opened[0]?.finish();
  opened[0]?.options.failed('stopped');
  await taken;
  assert.deepEqual([failures, processed?.isClosed, slot.outputOf(raw)], [['stopped'], true, null]);
});

test('an effect that fails because its raw track has ended stays on for the next track', async (t) => {
  const { slot, raw, opened, failures } = setUp(t);
  const taken = slot.take(raw);
  await settled();
  Object.assign(raw, { readyState: 'ended' });
  opened[0]?.fail();
  await taken;
  const next = track();
  const takenNext = slot.take(next);
  await settled();
  opened[1]?.finish();
  await takenNext;
  assert.notEqual(slot.outputOf(next), null);
  Object.assign(next, { readyState: 'ended' });
  opened[1]?.options.failed('stopped');
  assert.deepEqual([slot.outputOf(next), failures], [null, []]);
});

test('the late failure of an effect that was replaced leaves the new one', async (t) => {
  const { slot, raw, opened, failures, wish } = setUp(t);
  for (const at of [0, 1]) {
    wish.look = 'strong';
    const taken = slot.take(raw);
    await settled();
    opened[at]?.finish();
    await taken;
    wish.look = at === 0 ? null : 'strong';
    await slot.update();
  }
  const shown = slot.outputOf(raw);
  opened[0]?.options.failed('stopped');
  assert.deepEqual([failures, slot.outputOf(raw)], [[], shown]);
  assert.notEqual(shown, null);
});

interface FakeTrack extends ProcessedTrack<string> {
  readonly isClosed: boolean;
}

interface Opened {
  readonly options: OpenOptions<string>;
  readonly finish: () => FakeTrack;
  readonly fail: () => void;
}

interface FakeEffect {
  readonly load?: () => Promise<never>;
  readonly change?: () => Promise<void>;
}

/** A slot whose effect opens when the test says so. */
function setUp(t: TestContext, { load, change = async () => undefined }: FakeEffect = {}) {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const wish: { look: string | null } = { look: 'strong' };
  const failures: EffectReason[] = [];
  const opened: Opened[] = [];
  const open = (options: OpenOptions<string>): Promise<ProcessedTrack<string>> =>
    new Promise((resolve, reject) => {
      const fail = (): void => reject(new EffectError('not-supported-here'));
      const finish = (): FakeTrack => {
        let isClosed = false;
        const close = (): void => void (isClosed = true);
        const processed = {
          track: track(),
          change,
          close,
          get isClosed() {
            return isClosed;
          },
        };
        resolve(processed);
        return processed;
      };
      opened.push({ options, finish, fail });
    });
  const slot = new EffectSlot<string>({
    look: () => wish.look,
    load: load ?? (async () => open),
    changed: async () => undefined,
    failed: (reason) => {
      failures.push(reason);
      wish.look = null;
    },
  });
  const advance = async (): Promise<void> => {
    await settled();
    mock.timers.tick(LIMIT_MS);
  };
  return { slot, failures, opened, wish, advance, raw: track() };
}

function track(): MediaStreamTrack {
  return { readyState: 'live' } as MediaStreamTrack;
}

/** All work that waits for nothing has been done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
