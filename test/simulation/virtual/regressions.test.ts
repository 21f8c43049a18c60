import { describe, test } from 'node:test';
import { KEPT } from './regressions.ts';
import { live, Tally } from './sequence.ts';

describe('what once went wrong goes right', () => {
  for (const kept of KEPT) test(kept.was, () => live(kept, new Tally()));
});
