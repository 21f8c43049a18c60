import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explore } from './explore.ts';
import { SCENARIOS } from './scenarios.ts';

/** docs/testing.md says what is explored, and what must hold. */
describe('whatever happens, in whatever order, when', () => {
  for (const scenario of SCENARIOS) {
    test(scenario.name, async () => {
      const { states, found } = await explore(scenario);
      assert.equal(found, null, found === null ? '' : [found.what, ...found.trace].join('\n  '));
      assert.ok(states >= scenario.leastStates, `only ${states} states were met`);
    });
  }
});
