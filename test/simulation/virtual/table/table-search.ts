import fc from 'fast-check';
import type { Coverage } from '../../../support/coverage.ts';
import { runSteps, type Tally } from '../sequence/sequence.ts';
import { COMMANDS, pairOf, POSSIBLE } from './server-table.ts';
import { rowsOfScenario, SCENARIO_COUNT } from '../sequence/raw-client-scenario.ts';
import { rawCommandAt, RAW_TARGETS, runStep, type Step } from '../sequence/steps.ts';
import { VIRTUAL_STEPS } from '../sequence/virtual-steps.ts';
import type { Setup, World } from '../system/world.ts';

export interface TableSearch {
  readonly seed: number;
  /** How often each pair of the server's table has to be tried. */
  readonly least: number;
  readonly maxSequences: number;
}

interface Tried {
  readonly coverage: Coverage;
  readonly least: number;
}

/** The other steps between the commands of the raw sessions, with their weights. */
const OTHER_STEPS: readonly (readonly [name: string, weight: number])[] = [
  ['time passes', 2],
  ['raw client leaves', 2],
  ['raw client returns', 6],
  ['a user blocks', 1],
  ['back end acts', 1],
  ['again', 1],
  ['LiveKit hints', 1],
  ['server is killed', 0.5],
  ['server starts', 2],
];
const WEIGHTS = OTHER_STEPS.reduce((sum, [, weight]) => sum + weight, 0);
/** Share of the sequences with call waiting, in which no user is busy. */
const CALL_WAITING_SHARE = 0.3;
const SCENARIOS_PER_SEQUENCE = 8;
const COMMANDS_BEFORE_ANY = 3;
/** Number of commands in each scene: during the call, and after its end. */
const COMMANDS_DURING = 16;
const COMMANDS_AFTER = 8;
const TALK_SHARE = 0.7;
const OTHER_SHARE = 0.1;
/** Out of this many candidates, the command that was tried least often at its position is sent. */
const CANDIDATES = 10;
/** Share of the commands that the subject of the scene sends about the newest call. */
const ONE_SHARE = 0.7;
const VARIANTS = 6;

/** Runs sequences until every pair was tried often enough. Returns the pairs that were not. */
export async function fillTable(
  { seed, least, maxSequences }: TableSearch,
  tally: Tally,
): Promise<readonly string[]> {
  let missing = POSSIBLE;
  for (let count = 0; count < maxSequences && missing.length > 0; count += 1) {
    await tableSequence(seed + count, least, tally);
    missing = tally.coverage.missing(POSSIBLE, least);
  }
  return missing;
}

/** Sequences of raw sessions; each command is selected by its position in the server's table. */
async function tableSequence(seed: number, least: number, tally: Tally): Promise<void> {
  const random = randomOf(seed);
  const setup: Setup = {
    ...{
      callWaiting: random.happens(CALL_WAITING_SHARE),
      sessions: 'multiple',
      hasRawSessions: true,
    },
    store: 'memory',
  };
  const steps: Step[] = [];
  const tried: Tried = { coverage: tally.coverage, least };
  try {
    await runSteps(setup, tally, async (world) => {
      const happens = async (...next: readonly Step[]): Promise<void> => {
        for (const step of next) {
          steps.push(step);
          await runStep(world, VIRTUAL_STEPS, step);
        }
      };
      const talk = async (times: number, one = 0): Promise<void> => {
        for (let time = 0; time < times; time += 1) {
          if (random.happens(OTHER_SHARE)) await happens(otherStep(random), ALL_ARRIVES);
          const seldom = await fewestTries(world, random, { ...tried, one });
          if (seldom === null) return;
          await happens(seldom, ALL_ARRIVES);
        }
      };
      // No user has had a call yet.
      await talk(COMMANDS_BEFORE_ANY);
      for (let scenario = 0; scenario < SCENARIOS_PER_SEQUENCE; scenario += 1) {
        const one = random.between(0, 2);
        await happens(['raw client scenario', one, fewestTriesScenario(random, tried)]);
        // Some end as they began: with a member who still rings, or holds the call.
        if (random.happens(TALK_SHARE)) await talk(COMMANDS_DURING, one);
        await happens(THE_NEWEST_ENDS);
        await talk(COMMANDS_AFTER, one);
      }
    });
  } catch (error) {
    if (error instanceof Error) error.message += `\nkeep: ${JSON.stringify({ setup, steps })}`;
    throw error;
  }
}

/** The scene that leads to the most untried pairs; one of them, if several do. */
function fewestTriesScenario(random: Random, tried: Tried): number {
  let best = { scene: 0, missing: -1 };
  PAIRS_OF_SCENARIO.forEach((rows, scenario) => {
    const all = rows.reduce((sum, pairs) => sum + missingOf(pairs, tried), 0);
    const missing = all + random.next();
    if (missing > best.missing) best = { scene: scenario, missing };
  });
  return best.scene;
}

/** The average number of missing tries per pair. */
function missingOf(pairs: readonly string[], { coverage, least }: Tried): number {
  let missing = 0;
  for (const pair of pairs) missing += Math.max(0, least - coverage.times(pair));
  return missing / pairs.length;
}

const IS_POSSIBLE = new Set(POSSIBLE);
const PAIRS_OF_SCENARIO = Array.from({ length: SCENARIO_COUNT }, (_, scenario) =>
  rowsOfScenario(scenario).map((row) =>
    COMMANDS.map((command) => pairOf(row, command)).filter((pair) => IS_POSSIBLE.has(pair)),
  ),
);

const ALL_ARRIVES: Step = ['all arrives', 0, 0];
const THE_NEWEST_ENDS: Step = ['back end acts', 0, 0];

/** null: every candidate was tried often enough. */
async function fewestTries(
  world: World,
  random: Random,
  { coverage, least, one }: Tried & { readonly one: number },
): Promise<Step | null> {
  let best: { readonly step: Step; readonly times: number } | null = null;
  for (const step of random.happens(ONE_SHARE) ? byOne(world, random, one) : byAny(world, random)) {
    const { session, command } = await rawCommandAt(world, step[1], step[2]);
    const row = await world.answers.rowOf(command, session);
    const times = coverage.times(pairOf(row, command.type));
    if (best === null || times < best.times) best = { step, times };
  }
  return best === null || best.times >= least ? null : best.step;
}

/** Any command about the newest call, by the subject of the scene, on either session. */
function byOne({ users }: World, random: Random, one: number): readonly Step[] {
  const who = one + users.length * random.between(0, 1);
  const turn = random.between(0, VARIANTS - 1) * RAW_TARGETS;
  return COMMANDS.map((_, index): Step => ['raw', who, turn * COMMANDS.length + index]);
}

/** Any command, for any call, by any user; Erin, the last user, only keeps others busy. */
function byAny({ raw }: World, random: Random): readonly Step[] {
  const most = VARIANTS * RAW_TARGETS * COMMANDS.length - 1;
  return Array.from({ length: CANDIDATES }, (): Step => {
    return ['raw', random.between(0, raw.length - 2), random.between(0, most)];
  });
}

function otherStep(random: Random): Step {
  let left = random.next() * WEIGHTS;
  const found = OTHER_STEPS.find(([, weight]) => (left -= weight) < 0);
  return [found?.[0] ?? 'again', random.between(0, 9), random.between(0, 31)];
}

interface Random {
  /** At least 0, below 1. */
  readonly next: () => number;
  readonly between: (least: number, most: number) => number;
  readonly happens: (share: number) => boolean;
}

const MAX_RANDOM = 2 ** 31 - 1;

/** fast-check's generator: the same numbers for the same seed, evenly spread. */
function randomOf(seed: number): Random {
  const numbers = fc.infiniteStream(fc.nat(MAX_RANDOM), { noHistory: true });
  const [stream] = fc.sample(numbers, { seed, numRuns: 1, unbiased: true });
  const next = (): number => Number(stream?.next().value) / (MAX_RANDOM + 1);
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    happens: (share) => next() < share,
  };
}
