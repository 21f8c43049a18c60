import fc from 'fast-check';
import { Coverage } from '../../../support/coverage.ts';
import { settleAndCheck } from '../checks/quiescence.ts';
import { runStep, type Step, type Steps } from './steps.ts';
import type { System } from '../system/system.ts';
import { VIRTUAL_STEPS } from './virtual-steps.ts';
import { World, type Setup } from '../system/world.ts';

/** One run of the whole system: its setup and its steps. */
export interface Sequence<S = Setup> {
  readonly setup: S;
  readonly steps: readonly Step[];
}

/** Half a step is the least weight. */
const PARTS = 2;
const step = (what: fc.Arbitrary<string>): fc.Arbitrary<Step> =>
  fc.tuple(what, fc.nat(9), fc.nat(31));

/**
 * The possible steps of a sequence and its greatest length. `rung`: of this many sequences, all but one begin
 * with a ring during which commands cross.
 */
export function stepsOf<S extends System>(
  table: Steps<S>,
  { maxSteps, rung }: { readonly maxSteps: number; readonly rung: number },
): fc.Arbitrary<readonly Step[]> {
  const names = table.flatMap(([name, weight]) => Array<string>(weight * PARTS).fill(name));
  const any = fc.constantFrom(...names);
  const crossing = step(fc.constant('both act'));
  const openings = fc.oneof(
    {
      weight: rung - 1,
      arbitrary: fc.tuple(step(fc.constant('rings')), crossing, step(any), crossing),
    },
    { weight: 1, arbitrary: fc.constant<readonly Step[]>([]) },
  );
  const following = fc.array(step(any), { minLength: 5, maxLength: maxSteps, size: 'max' });
  return fc.tuple(openings, following).map(([first, then]) => [...first, ...then]);
}

export const sequences: fc.Arbitrary<Sequence> = fc.record({
  setup: fc.record({
    callWaiting: fc.boolean(),
    sessions: fc.constantFrom('multiple', 'multiple', 'multiple', 'single'),
    store: fc.constantFrom('memory', 'memory', 'memory', 'sqlite'),
  }),
  steps: stepsOf(VIRTUAL_STEPS, { maxSteps: 45, rung: 5 }),
});

/** The coverage of all sequences together. */
export class Tally {
  readonly coverage = new Coverage();
  /** Types of acknowledged commands; counted with real processes. */
  readonly acknowledged = new Coverage();
  readonly crossings = new Map<string, number>();
  sequences = 0;
  /** Sequences in which at least two commands crossed. */
  crossed = 0;

  add({ crossings }: System): void {
    this.sequences += 1;
    if (crossings.met.size > 0) this.crossed += 1;
    for (const pair of crossings.met) {
      this.crossings.set(pair, (this.crossings.get(pair) ?? 0) + 1);
    }
  }

  summary(): string {
    const share = Math.round((100 * this.crossed) / Math.max(1, this.sequences));
    const pairs = this.coverage.pairs.length;
    const covered = pairs === 0 ? '' : `; ${pairs} pairs of a command and a part in a call`;
    return (
      `${this.sequences} sequences; acts crossed in ${share} % of them, in ${this.crossings.size} ` +
      `kinds of pairs${covered}`
    );
  }
}

/** Runs the sequence and checks it. @throws {Violation} with the path to repeat it. */
export function runSequence({ setup, steps }: Sequence, tally: Tally): Promise<void> {
  return runSteps(setup, tally, async (world) => {
    for (const step of steps) await runStep(world, VIRTUAL_STEPS, step);
  });
}

/** Likewise, with steps that are chosen during the run. */
export async function runSteps(
  setup: Setup,
  tally: Tally,
  takeSteps: (world: World) => Promise<void>,
): Promise<void> {
  const world = await World.open(setup, tally.coverage);
  try {
    await takeSteps(world);
    tally.add(world);
    await settleAndCheck(world);
  } catch (error) {
    if (error instanceof Error) error.message += `\n  ${world.trace(MAX_LINES).join('\n  ')}`;
    throw error;
  } finally {
    await world.close();
  }
}

/** The steps before a violation; `TUI_CALL_TRACE=1000` shows more. */
const MAX_LINES = Number(process.env['TUI_CALL_TRACE'] ?? 60);
