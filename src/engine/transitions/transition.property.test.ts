import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isNamed, SmallWorld } from '../../../test/fakes/small-world.ts';
import { BOB, CAROL } from '../../../test/fakes/views.ts';
import { errorShape } from '../../protocol/index.ts';
import type { IntentRequest } from '../state/events.ts';
import { phaseOf } from '../snapshot/create-snapshot.ts';

/** Any order of events: what must hold for all of them. */

type Act = (world: SmallWorld, a: number, b: number) => void;

const wish =
  (wish: IntentRequest): Act =>
  (world) =>
    world.wish(wish);

const ACTS: readonly Act[] = [
  (world, a) => world.ring(a % 2 === 0),
  (world, a, b) => world.othersAct(a, b),
  (world, a, b) => world.othersAct(a, b),
  (world, a) => world.push(a, 0),
  (world, a) => world.push(a, 0),
  (world, a, b) => world.push(a, b),
  (world) => world.answer(),
  (world) => world.answer(),
  (world) => world.answer(),
  (world, a) => world.fail(a % 2 === 0),
  (world) => world.fire(),
  (world, a) => (world.now += a * 700),
  (world, a) => world.mediaAnswers(a % 3 !== 0),
  (world, a) => world.trackAnswers(a % 3 !== 0),
  (world) => world.drop(),
  (world) => world.connect(),
  (world) => world.event({ type: 'page-leaving' }),
  (world) => world.event({ type: 'page-returning' }),
  (world) => world.event({ type: 'media-update', update: { type: 'media-lost', reason: 'gone' } }),
  (world) => world.event({ type: 'media-update', update: { type: 'media-interrupted' } }),
  (world, a) =>
    world.event({
      type: 'media-update',
      update: { type: 'remote-track', userId: CAROL, source: 'camera', on: a % 2 === 0 },
    }),
  (world, a) =>
    world.event({
      type: 'media-update',
      update: { type: 'local-track', source: 'camera', on: a % 2 === 0, error: null },
    }),
  (world, a) =>
    world.wish({
      type: 'call',
      userIds: [CAROL],
      mediaType: a % 2 === 0 ? 'audio' : 'video',
      groupId: '',
      timeout: 30,
      userData: '',
    }),
  (world, a) => world.wish({ type: 'accept', video: a % 2 === 0 }),
  (world, a) => world.wish({ type: 'accept', video: a % 2 === 0 }),
  wish({ type: 'reject' }),
  wish({ type: 'ignore' }),
  wish({ type: 'hangup' }),
  wish({ type: 'dismiss' }),
  (world, a) => world.wish({ type: 'turn-track', source: 'camera', on: a % 2 === 0 }),
  (world, a) => world.wish({ type: 'turn-track', source: 'microphone', on: a % 2 === 0 }),
  (world, a) =>
    world.wish({ type: 'switch-media-type', mediaType: a % 2 === 0 ? 'audio' : 'video' }),
  (world, a) => {
    const callId = world.calls[a % Math.max(1, world.calls.length)]?.[0]?.seenBy(CAROL).callId;
    if (callId !== undefined) world.wish({ type: 'join', callId });
  },
  (world) => world.event({ type: 'socket-refused', error: errorShape('user-sig-expired') }),
  wish({ type: 'renew-user-sig', userSig: 'sig' }),
];

const timeline = fc.array(fc.tuple(fc.nat(ACTS.length - 1), fc.nat(7), fc.nat(7)), {
  minLength: 5,
  maxLength: 90,
  size: 'max',
});

const RUNS = Number(process.env['TUI_CALL_RUNS'] ?? 400);

/** Plays a timeline on a fresh world; `watch` looks after each event. */
/** How often each phase was met, over all timelines: a test that meets none of a phase says nothing of it. */
const met = new Map<string, number>();

function always(
  check: (world: SmallWorld) => (() => void) | undefined,
  end?: (world: SmallWorld) => void,
) {
  fc.assert(
    fc.property(timeline, (moments) => {
      const world = new SmallWorld();
      const look = check(world);
      for (const [index, a, b] of moments) {
        ACTS[index]?.(world, a, b);
        const { phase } = world.state.call;
        met.set(phase, (met.get(phase) ?? 0) + 1);
        look?.();
      }
      world.quiet();
      look?.();
      end?.(world);
    }),
    { numRuns: RUNS },
  );
}

describe('in any order of events', () => {
  test('nothing throws, and every timeline ends in idle', () => {
    always(
      () => undefined,
      (world) => {
        assert.equal(phaseOf(world.state), 'idle');
        assert.deepEqual([...world.timers.keys()], []);
        assert.deepEqual(world.state.pendingTerminations, []);
      },
    );
  });

  test('each announced call has one matching terminal event', () => {
    always(
      () => undefined,
      ({ told }) => {
        const open = new Map<string, 'announced' | 'begun'>();
        for (const { name, info } of told) {
          const { callId } = info;
          if (name === 'onCallReceived') open.set(callId, 'announced');
          if (name === 'onCallBegin') {
            assert.notEqual(open.get(callId), 'begun', 'begun twice');
            open.set(callId, 'begun');
          }
          if (name === 'onCallEnd') {
            assert.equal(open.get(callId), 'begun', 'ended, but not begun');
            open.delete(callId);
          }
          if (name === 'onCallCancelled') {
            assert.notEqual(open.get(callId), 'begun', 'cancelled after it had begun');
            const own = info.callerId === BOB;
            assert.ok(own || open.has(callId), 'cancelled, but never notified');
            open.delete(callId);
          }
        }
        assert.deepEqual([...open], []);
      },
    );
  });

  test('onCallNotConnected is made exactly as often as onCallCancelled', () => {
    always(
      () => undefined,
      ({ told }) => {
        const count = (wanted: string) => told.filter(({ name }) => name === wanted).length;
        assert.equal(count('onCallNotConnected'), count('onCallCancelled'));
      },
    );
  });

  test('the ring timer runs exactly while a call rings here', () => {
    always((world) => () => {
      const { call } = world.state;
      const rings = call.phase === 'incoming' && call.deadline !== null;
      assert.equal(world.timers.has('ring'), rings);
    });
  });

  test('microphone and camera open only on the session that holds the seat', () => {
    always((world) => {
      world.watch = (effects) => {
        for (const effect of effects) {
          if (effect.type !== 'set-track' || !effect.on) continue;
          assert.ok(isNamed(world.state), 'opened on a session without the seat');
        }
      };
      return undefined;
    });
  });

  test('nothing opens before the user acts here', () => {
    always((world) => {
      let acted = false;
      world.watch = (effects) => {
        const { phase } = world.state.call;
        acted ||= phase === 'dialing' || phase === 'answering' || phase === 'joining';
        if (acted) return;
        assert.ok(effects.every(({ type }) => type !== 'set-track' && type !== 'join-media'));
      };
      return undefined;
    });
  });

  test('everything that was opened is released', () => {
    always(
      () => undefined,
      ({ effects }) => {
        const used = effects.findLastIndex(
          (effect) => effect.type === 'join-media' || (effect.type === 'set-track' && effect.on),
        );
        const left = effects.findLastIndex(({ type }) => type === 'leave-media');
        assert.ok(left >= used, 'media was used after it was left');
        const remembered = effects.findLast(
          (effect) => effect.type === 'persist' && effect.key === 'open-call',
        );
        assert.equal(remembered?.type === 'persist' ? remembered.value : null, null);
      },
    );
  });

  test('each intent settles once', () => {
    always(
      () => undefined,
      ({ intents }) => {
        const own = [...intents].filter(([id]) => id.startsWith('id-of-wish'));
        assert.deepEqual(
          own.filter(([, times]) => times !== 1),
          [],
        );
      },
    );
  });

  test('an ended call is not shown again without a new invitation', () => {
    always((world) => {
      const over = new Set<string>();
      let heard = 0;
      return () => {
        for (const { name, info } of world.told.slice(heard)) {
          if (name === 'onCallReceived' || name === 'onCallBegin') over.delete(info.callId);
          if (name === 'onCallEnd' || name === 'onCallCancelled') over.add(info.callId);
        }
        heard = world.told.length;
        const { call } = world.state;
        if ('view' in call) assert.ok(!over.has(call.view.callId));
      };
    });
  });
});

test('the timelines reach every phase', () => {
  const phases = [
    'idle',
    'dialing',
    'incoming',
    'answering',
    'joining',
    'outgoing',
    'in-call',
    'ended',
  ];
  assert.deepEqual(
    phases.filter((phase) => (met.get(phase) ?? 0) < RUNS),
    [],
  );
});
