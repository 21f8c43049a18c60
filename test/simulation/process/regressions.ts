import type { RealSequence } from './sequence.ts';

/**
 * Sequences that once failed with real sockets, or are the most likely to fail. All must pass. `npm run simulate
 * -- --real` prints a failing sequence in the form used here.
 */
export const REGRESSIONS: readonly (RealSequence & { readonly was: string })[] = [
  {
    was: 'killed while an accept and a cancel are on their way',
    setup: { callWaiting: false, sessions: 'multiple', media: 'unseen' },
    steps: [
      ['rings', 0, 1],
      ['both act', 0, 0],
      ['server is killed', 0, 0],
      ['lines flow', 0, 0],
      ['rings', 2, 0],
      ['both act', 1, 0],
    ],
  },
  {
    was: 'put out while it rang, its line dead in one direction',
    setup: { callWaiting: false, sessions: 'multiple', media: 'entered' },
    steps: [
      ['rings', 0, 1],
      ['one way dies', 2, 1],
      ['back end acts', 1, 4],
      ['both act', 0, 2],
    ],
  },
];
