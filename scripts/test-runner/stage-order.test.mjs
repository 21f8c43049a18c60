import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInOrder } from './stage-order.mjs';

const computing = (name, needs) => ({ name, needs, drives: [] });
const driving = (name, needs) => ({ name, needs, drives: ['chromium'] });

test('two stages that only compute run in parallel, and the results are in the order of the stages', async () => {
  const world = controlledStages([computing('a'), computing('b'), computing('c')]);
  assert.deepEqual(await world.running(), ['a', 'b']);
  world.end('b');
  assert.deepEqual(await world.running(), ['a', 'c']);
  world.end('a');
  world.end('c');
  assert.deepEqual(await world.results, ['a ended', 'b ended', 'c ended']);
});

test('a stage that drives a browser or a server runs alone', async () => {
  const world = controlledStages([computing('a'), driving('b'), computing('c'), driving('d')]);
  for (const name of ['a', 'b', 'c', 'd']) {
    assert.deepEqual(await world.running(), [name]);
    world.end(name);
  }
  await world.results;
});

test('a stage starts when the stage it needs has ended, with that result', async () => {
  const world = controlledStages([computing('a'), computing('b', 'a')]);
  assert.deepEqual(await world.running(), ['a']);
  world.end('a');
  assert.deepEqual(await world.running(), ['b']);
  assert.equal(world.neededBy.get('b'), 'a ended');
  world.end('b');
  await world.results;
});

function controlledStages(stages) {
  const ends = new Map();
  const neededBy = new Map();
  const results = runInOrder(stages, ({ name }, needed) => {
    neededBy.set(name, needed);
    return new Promise((resolve) => ends.set(name, () => resolve(`${name} ended`)));
  });
  return {
    results,
    neededBy,
    async running() {
      // All settled promises have called back.
      await new Promise((resolve) => setImmediate(resolve));
      return [...ends.keys()];
    },
    end(name) {
      ends.get(name)();
      ends.delete(name);
    },
  };
}
