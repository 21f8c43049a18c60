import type { UserId } from '../../../src/protocol/index.ts';
import {
  accepts,
  actor,
  calls,
  declinesSecond,
  hangsUp,
  holds,
  ignores,
  invites,
  movesHere,
  rejects,
  takesSecond,
  takesUp,
  type Scenario,
} from './scenario.ts';

/** End in time: none, then every ring. */
const RING_OVER = [0, 31_000];
/** Then also every seat kept for an unreachable member. */
const ALL_OVER = [0, 31_000, 62_000];
/** The seat kept for a reloading page ends. */
const SEAT_OVER = [0, 9_000];

const C = actor('C', 'alice', [calls('bob'), hangsUp]);
/** The caller's other device only observes. */
const C2 = actor('C2', 'alice', []);
const D1 = actor('D1', 'bob', [accepts, rejects, hangsUp]);
const D2 = actor('D2', 'bob', [accepts, rejects]);
const FOUR = [C, C2, D1, D2];

const BLOCKER = actor('D1', 'bob', [calls('alice'), accepts, hangsUp]);
const BLOCKED = [{ userId: 'bob' as UserId, otherId: 'alice' as UserId }];

const SECOND = [
  actor('C', 'alice', [calls('bob'), hangsUp]),
  actor('D1', 'bob', [
    ...[accepts, hangsUp, takesSecond('hold'), takesSecond('end'), declinesSecond, takesUp],
  ]),
  actor('E1', 'carol', [calls('bob'), hangsUp]),
];
/** Devices that take the call over from the other device, and back. */
const MOVING = [
  actor('C', 'alice', [calls('bob'), hangsUp]),
  actor('C2', 'alice', [movesHere, hangsUp]),
  actor('D1', 'bob', [accepts, movesHere, hangsUp]),
  actor('D2', 'bob', [movesHere, hangsUp]),
];
const GROUP = [
  actor('C', 'alice', [calls('bob', 'carol'), hangsUp]),
  actor('D1', 'bob', [accepts, hangsUp]),
  actor('E1', 'carol', [accepts, rejects, hangsUp]),
];

const calm = { losses: 0, restarts: 0, reloads: 0, moments: [0] };

/** Explored by `npm test`. */
export const SCENARIOS: readonly Scenario[] = [
  { ...calm, name: 'acts cross', actors: FOUR, minStates: 3_000_000 },
  {
    ...calm,
    name: 'a ring ends by itself',
    actors: [C, actor('D1', 'bob', [accepts, rejects, hangsUp, ignores])],
    moments: ALL_OVER,
    minStates: 900_000,
  },
  {
    ...calm,
    name: 'a ring ends among four',
    actors: FOUR,
    moments: RING_OVER,
    minStates: 650_000_000,
  },
  {
    ...calm,
    name: 'two call each other',
    actors: [C, C2, actor('D1', 'bob', [calls('alice'), accepts, rejects, hangsUp])],
    moments: RING_OVER,
    minStates: 130_000_000,
  },
  {
    ...calm,
    name: 'one is invited',
    actors: [
      actor('C', 'alice', [calls('bob'), invites('carol'), hangsUp]),
      actor('D1', 'bob', [accepts, hangsUp]),
      actor('E1', 'carol', [accepts, rejects, hangsUp]),
    ],
    minStates: 1_390_000,
  },
  {
    ...calm,
    name: 'one has blocked the other',
    actors: [C, BLOCKER, actor('E1', 'carol', [calls('bob')])],
    blocked: BLOCKED,
    minStates: 260_000,
  },
  {
    ...calm,
    name: 'the ring of a blocked caller ends',
    actors: [C, BLOCKER],
    blocked: BLOCKED,
    moments: RING_OVER,
    minStates: 170_000,
  },
  {
    ...calm,
    name: 'a page reloads',
    actors: [C, D1],
    reloads: 1,
    moments: SEAT_OVER,
    minStates: 8_300_000,
  },
  {
    ...calm,
    name: 'the server is killed while it rings',
    actors: [C, D1],
    restarts: 1,
    moments: RING_OVER,
    minStates: 17_500_000,
  },
  {
    ...calm,
    name: 'a connection breaks among four',
    actors: FOUR,
    losses: 1,
    minStates: 410_000_000,
  },
  {
    ...calm,
    name: 'two losses and a kill',
    actors: [C, D1],
    losses: 2,
    restarts: 1,
    prompt: true,
    minStates: 1_700_000,
  },
  {
    ...calm,
    name: 'a second call rings',
    actors: SECOND,
    callWaiting: true,
    minStates: 54_000_000,
  },
  {
    ...calm,
    name: 'a call is held and taken up',
    actors: [
      actor('C', 'alice', [calls('bob'), holds, takesUp, hangsUp]),
      actor('D1', 'bob', [accepts, holds, takesUp, hangsUp]),
    ],
    losses: 1,
    minStates: 1_390_000,
  },
  {
    ...calm,
    name: 'a call is made while one is on hold',
    actors: [
      actor('C', 'alice', [calls('bob')]),
      actor('D1', 'bob', [accepts, holds, calls('carol'), takesUp, hangsUp]),
      actor('E1', 'carol', [accepts, hangsUp]),
    ],
    callWaiting: true,
    losses: 1,
    prompt: true,
    minStates: 1_600_000,
  },
  { ...calm, name: 'a call moves to another device', actors: MOVING, minStates: 360_000_000 },
  {
    ...calm,
    name: 'two devices of the caller call',
    actors: [
      actor('C', 'alice', [calls('bob'), hangsUp]),
      actor('C2', 'alice', [calls('bob'), movesHere, hangsUp]),
      actor('D1', 'bob', [accepts, rejects, hangsUp]),
    ],
    minStates: 30_000_000,
  },
];

/** Explored by `npm run model-check`, after the others. */
export const LARGE_SCENARIOS: readonly Scenario[] = [
  {
    ...calm,
    name: 'a page reloads, and the ring ends',
    actors: [C, D1],
    reloads: 1,
    moments: [...SEAT_OVER, 31_000],
    minStates: 110_000_000,
  },
  {
    ...calm,
    name: 'connections of three break twice',
    actors: [C, D1, D2],
    losses: 2,
    minStates: 1_500_000_000,
  },
  {
    ...calm,
    name: 'the server is killed among four',
    actors: FOUR,
    restarts: 1,
    minStates: 1_300_000_000,
  },
  {
    ...calm,
    name: 'a loss and a kill among four',
    actors: FOUR,
    losses: 1,
    restarts: 1,
    prompt: true,
    minStates: 690_000_000,
  },
  {
    ...calm,
    name: 'a call moves, and a connection breaks',
    actors: MOVING,
    losses: 1,
    prompt: true,
    minStates: 31_000_000,
  },
  {
    ...calm,
    name: 'a second call, and a loss',
    actors: SECOND,
    callWaiting: true,
    losses: 1,
    prompt: true,
    minStates: 17_000_000,
  },
  {
    ...calm,
    name: 'a group of three, and a loss',
    actors: GROUP,
    losses: 1,
    prompt: true,
    minStates: 7_400_000,
  },
];

/** Explored by `npm run model-check -- full`: takes a while. */
export const FULL_SCENARIOS: readonly Scenario[] = [
  {
    ...calm,
    name: 'two losses and a kill among four',
    actors: FOUR,
    losses: 2,
    restarts: 1,
    prompt: true,
    minStates: 11_000_000_000,
  },
];
