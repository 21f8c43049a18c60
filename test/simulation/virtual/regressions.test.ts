import { describe, test } from 'node:test';
import { REGRESSIONS } from './regressions.ts';
import { runSequence, Tally } from './sequence.ts';

describe('what once went wrong goes right', () => {
  for (const kept of REGRESSIONS) test(kept.was, () => runSequence(kept, new Tally()));
});
