import type { Sequence } from './sequence/sequence.ts';
import type { Step } from './sequence/steps.ts';

/**
 * Sequences that once failed, in their shortest form. All must pass. `npm run simulate` prints a failing
 * sequence in the form used here.
 */
export const REGRESSIONS: readonly (Sequence & { readonly was: string })[] = [
  {
    was: 'a hang-up that crosses a hold ends the call once',
    setup: { callWaiting: false, sessions: 'multiple', store: 'memory' },
    steps: [
      ['rings', 0, 0],
      ['acts', 0, 4],
      ['acts', 0, 0],
      ['acts', 0, 0],
    ],
  },
  {
    was: 'a missed call notified before the sync result hid an older one',
    setup: { callWaiting: false, sessions: 'multiple', store: 'memory' },
    steps: [
      ['rings', 0, 0],
      ['both act', 0, 18],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['line breaks', 7, 0],
    ],
  },
  {
    was: 'a second caller declined while its accept was on its way kept the seat',
    setup: { callWaiting: true, sessions: 'single', store: 'memory' },
    steps: [
      ['rings', 1, 0],
      ['rings', 0, 15],
      ['acts', 4, 25],
      ['acts', 1, 31],
      ['acts', 0, 1],
    ],
  },
  {
    was: 'a ring is notified once when a held call is resumed during it',
    setup: { callWaiting: true, sessions: 'multiple', store: 'memory' },
    steps: [
      ['rings', 3, 0],
      ['both act', 0, 11],
      ['acts', 0, 0],
      ['both act', 0, 11],
      ['rings', 0, 0],
      ['acts', 0, 4],
      ['all arrives', 0, 0],
      ['both act', 0, 0],
      ['all arrives', 0, 0],
      ['line dies', 3, 0],
      ['rings', 0, 0],
      ['rings', 0, 0],
      ['both act', 4, 4],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 1],
    ],
  },
  {
    was: 'an ignored call that is joined and left at once emits its end',
    setup: { callWaiting: false, sessions: 'multiple', store: 'memory' },
    steps: [
      ['rings', 2, 16],
      ['both act', 5, 1],
      ['server dies after its next commit', 0, 0],
      ['both act', 0, 9],
      ['acts', 0, 6],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
    ],
  },
  {
    was: 'a call into the group of a call on hold lost that call',
    setup: { callWaiting: true, sessions: 'single', store: 'memory' },
    steps: [
      ['acts', 0, 27],
      ['rings', 7, 7],
      ['acts', 0, 12],
      ['rings', 0, 0],
      ['rings', 0, 18],
      ...fiveTimes(['acts', 0, 0]),
    ],
  },
  {
    was: 'a call that was moved by a join of which nothing was heard was shown nowhere',
    setup: { callWaiting: false, sessions: 'multiple', store: 'memory' },
    steps: [
      ['rings', 0, 0],
      ['both act', 0, 0],
      ['acts', 0, 0],
      ['both act', 0, 0],
      ['rings', 0, 0],
      ['both act', 0, 31],
      ['server dies after its next commit', 0, 0],
      ['acts', 0, 10],
      ['acts', 0, 18],
      ['acts', 0, 2],
      ['time passes', 0, 5],
      ['acts', 0, 2],
    ],
  },
  {
    was: 'a device that was away through two invitations was not notified of the end of the first ring',
    setup: { callWaiting: false, sessions: 'multiple', store: 'memory' },
    steps: [
      ['acts', 0, 4],
      ['all arrives', 0, 0],
      ['acts', 4, 0],
      ['all arrives', 0, 0],
      ['network away', 2, 0],
      ['acts', 3, 1],
      ['all arrives', 0, 0],
      ['acts', 0, 2],
      ['all arrives', 0, 0],
      ['network back', 2, 0],
    ],
  },
  {
    was: 'a device that lost its seat, and whose user was invited again, was not notified of the end',
    setup: { callWaiting: false, sessions: 'multiple', store: 'memory' },
    steps: [
      ['acts', 0, 4],
      ['all arrives', 0, 0],
      ['acts', 4, 0],
      ['acts', 2, 0],
      ['all arrives', 0, 0],
      ['network away', 2, 0],
      ['media breaks', 2, 0],
      ['time passes', 0, 5],
      ['all arrives', 0, 0],
      ['acts', 0, 2],
      ['all arrives', 0, 0],
      ['network back', 2, 0],
    ],
  },
  {
    was: 'a call that was answered and held while its device had no connection rang on there until its time was over',
    setup: { callWaiting: true, sessions: 'multiple', store: 'memory' },
    steps: [
      ['rings', 9, 2],
      ['both act', 0, 0],
      ['arrives', 0, 0],
      ['both act', 0, 2],
      ['acts', 0, 0],
      ['line dies', 7, 0],
      ['rings', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
    ],
  },
  {
    was: 'an active call ended as not answered when its caller did not answer a later invitation',
    setup: { callWaiting: false, sessions: 'multiple', store: 'memory' },
    steps: [
      ['rings', 0, 6],
      ['both act', 0, 23],
      ['both act', 2, 4],
      ['both act', 0, 17],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
      ['acts', 0, 0],
    ],
  },
];

function fiveTimes(step: Step): readonly Step[] {
  return Array<Step>(5).fill(step);
}
