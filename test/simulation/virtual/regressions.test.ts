import { describe, test } from 'node:test';
import { REGRESSIONS } from './regressions.ts';
import { runSequence, Tally } from './sequence/sequence.ts';

describe('the simulation passes the regression', () => {
  for (const kept of REGRESSIONS) test(kept.was, () => runSequence(kept, new Tally()));
});
