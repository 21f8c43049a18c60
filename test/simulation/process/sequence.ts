import fc from 'fast-check';
import { checkShape } from '../../model-check/model/history.ts';
import { comeToRest } from '../virtual/quiescence.ts';
import { stepsOf, type Sequence, type Tally } from '../virtual/sequence.ts';
import { take, type Step } from '../virtual/steps.ts';
import { checkAcknowledged, checkDeleted, checkSettled } from './audit.ts';
import type { Street } from './server-process.ts';
import { Life, type Setup } from './run.ts';
import { SOCKET_STEPS } from './socket-steps.ts';

export type RealSequence = Sequence<Setup>;

export const realSequences: fc.Arbitrary<RealSequence> = fc.record({
  setup: fc.record({
    callWaiting: fc.boolean(),
    sessions: fc.constantFrom('multiple', 'multiple', 'multiple', 'single'),
    media: fc.constantFrom('unseen', 'unseen', 'entered'),
  }),
  steps: stepsOf(SOCKET_STEPS, { mostSteps: 20, rung: 10 }),
});

/** A life that went wrong: why, the way to it, and what it was, with the kills that others asked for. */
export class Wrong extends Error {
  override readonly name = 'Wrong';
  readonly lived: RealSequence;

  constructor(cause: unknown, { setup, witness }: Life, steps: readonly Step[]) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${why}\n  ${witness.trace.join('\n  ')}`, { cause });
    this.lived = { setup, steps };
  }
}

/** Lives through it and checks it. @throws {Wrong} */
export async function live({ setup, steps }: RealSequence, street: Street, tally: Tally) {
  const life = await Life.begin(street.house(setup), setup);
  const lived: Step[] = [];
  try {
    await life.everyoneComes(steps.filter(([what]) => what === 'raw').map(([, who]) => who));
    for (const step of steps) {
      life.note(`— ${step.join(' ')}`);
      const { kills } = life;
      await take(life, SOCKET_STEPS, step);
      const isKill = step[0] === KILL[0];
      // Another life has asked for it: lived again alone, this one has to.
      if (life.kills > kills && !isKill) lived.push(KILL);
      lived.push(step);
    }
    tally.add(life);
    for (const { command, answer } of life.witness.acks) {
      if (answer.ok) tally.acknowledged.add(command.type);
    }
    life.note('— all come to rest');
    await comeToRest(life);
    checkRecords(life);
  } catch (error) {
    throw new Wrong(error, life, [...lived, ...steps.slice(lived.length)]);
  } finally {
    await life.end();
  }
}

const KILL: Step = ['server is killed', 0, 0];

/** What was acknowledged is in the record, whatever was killed; each call there has one end. */
function checkRecords(life: Life): void {
  const records = life.records();
  const { acks } = life.witness;
  checkAcknowledged(acks, records);
  checkDeleted(acks, records);
  checkSettled(records);
  for (const call of records.calls.values()) checkShape(call);
}
