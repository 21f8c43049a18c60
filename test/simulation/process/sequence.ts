import fc from 'fast-check';
import { checkShape } from '../../model-check/model/history.ts';
import { settleAndCheck } from '../virtual/checks/quiescence.ts';
import { stepsOf, type Sequence, type Tally } from '../virtual/sequence/sequence.ts';
import { runStep, type Step } from '../virtual/sequence/steps.ts';
import { checkAcknowledged, checkDeleted, checkSettled } from './audit.ts';
import type { ServerPool } from './server-process.ts';
import { Run, type Setup } from './run.ts';
import { SOCKET_STEPS } from './process-steps.ts';

export type RealSequence = Sequence<Setup>;

export const realSequences: fc.Arbitrary<RealSequence> = fc.record({
  setup: fc.record({
    callWaiting: fc.boolean(),
    sessions: fc.constantFrom('multiple', 'multiple', 'multiple', 'single'),
    media: fc.constantFrom('unseen', 'unseen', 'entered'),
  }),
  steps: stepsOf(SOCKET_STEPS, { maxSteps: 20, rung: 10 }),
});

/** A failed sequence: the reason, the path to repeat it, its steps, and the kills that other sequences requested. */
export class SequenceFailure extends Error {
  override readonly name = 'Wrong';
  readonly sequence: RealSequence;

  constructor(cause: unknown, { setup, recorder }: Run, steps: readonly Step[]) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${why}\n  ${recorder.trace.join('\n  ')}`, { cause });
    this.sequence = { setup, steps };
  }
}

/** Runs the sequence and checks it. @throws {SequenceFailure} */
export async function runSequence(
  { setup, steps }: RealSequence,
  servers: ServerPool,
  tally: Tally,
) {
  const run = await Run.start(servers.serverFor(setup), setup);
  const taken: Step[] = [];
  try {
    await run.signInAll(steps.filter(([what]) => what === 'raw').map(([, who]) => who));
    for (const step of steps) {
      run.note(`— ${step.join(' ')}`);
      const { kills } = run;
      await runStep(run, SOCKET_STEPS, step);
      const isKill = step[0] === KILL[0];
      // Another sequence requested the kill: a repetition of this one alone has to request it.
      if (run.kills > kills && !isKill) taken.push(KILL);
      taken.push(step);
    }
    tally.add(run);
    for (const { command, answer } of run.recorder.acks) {
      if (answer.ok) tally.acknowledged.add(command.type);
    }
    run.note('— all come to rest');
    await settleAndCheck(run);
    checkRecords(run);
  } catch (error) {
    throw new SequenceFailure(error, run, [...taken, ...steps.slice(taken.length)]);
  } finally {
    await run.end();
  }
}

const KILL: Step = ['server is killed', 0, 0];

/** The record has every acknowledged command after any kill, and each call in it has one end. */
function checkRecords(run: Run): void {
  const records = run.records();
  const { acks } = run.recorder;
  checkAcknowledged(acks, records);
  checkDeleted(acks, records);
  checkSettled(records);
  for (const call of records.calls.values()) checkShape(call);
}
