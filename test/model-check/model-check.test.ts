import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explore } from './search/explore.ts';
import { exploreOneByOne } from './search/plain-search.ts';
import { accepts, actor, calls, hangsUp, rejects, type Scenario } from './model/scenario.ts';
import { SCENARIOS } from './model/scenarios.ts';

/** docs/testing.md describes the explored scenarios and the invariants. */
describe('every order of events satisfies the invariants when', () => {
  for (const scenario of SCENARIOS) {
    test(scenario.name, async () => {
      const { states, found } = await explore(scenario);
      assert.equal(found, null, found === null ? '' : [found.what, ...found.trace].join('\n  '));
      assert.ok(states >= scenario.minStates, `only ${states} states were met`);
    });
  }
});

describe('the symbolic search', () => {
  for (const scenario of smallScenarios()) {
    test(`visits the states of the plain search: ${scenario.name}`, async () => {
      const { states, quiet, parts } = await explore(scenario);
      assert.deepEqual({ states, quiet, parts }, await exploreOneByOne(scenario));
    });

    if (scenario.moments.length > 1) continue;
    test(`loses no state at rest with prompt delivery: ${scenario.name}`, async () => {
      const whole = await explore(scenario);
      const { states, quiet, parts } = await explore({ ...scenario, prompt: true });
      // The server and each device reach the same states, and all quiescent worlds are reached.
      assert.deepEqual({ quiet, parts }, { quiet: whole.quiet, parts: whole.parts });
      assert.ok(states < whole.states, 'nothing was gained');
    });
  }
});

function smallScenarios(): readonly Scenario[] {
  const caller = actor('C', 'alice', [calls('bob'), hangsUp]);
  const callee = actor('D1', 'bob', [accepts, rejects]);
  const two = [actor('C', 'alice', [calls('bob')]), actor('D1', 'bob', [accepts])];
  const calm = { losses: 0, restarts: 0, reloads: 0, moments: [0], minStates: 0 };
  return [
    { ...calm, name: 'three devices', actors: [caller, callee, actor('D2', 'bob', [accepts])] },
    { ...calm, name: 'a loss', actors: [caller, callee], losses: 1 },
    { ...calm, name: 'a loss and a kill', actors: two, losses: 1, restarts: 1 },
    { ...calm, name: 'a reload', actors: two, reloads: 1 },
    { ...calm, name: 'a reload, and time', actors: two, reloads: 1, moments: [0, 9_000] },
  ];
}
