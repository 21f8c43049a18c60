import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInOrder } from './stage-order.mjs';

const stage = (name, cores, needs) => ({ name, cores, needs });

test('as many stages run at a time as the cores carry, with results in the order of the stages', async () => {
  const world = controlledStages([stage('a', 1), stage('b', 0.5), stage('c', 0.5), stage('d', 1)]);
  assert.deepEqual(await world.running(), ['a', 'b', 'c']);
  world.end('b');
  assert.deepEqual(await world.running(), ['a', 'c']);
  world.end('c');
  assert.deepEqual(await world.running(), ['a', 'd']);
  world.end('d');
  world.end('a');
  assert.deepEqual(await world.results, ['a ended', 'b ended', 'c ended', 'd ended']);
});

test('a stage that keeps all cores busy runs alone, on a single core too', async () => {
  for (const cores of [1, 2]) {
    const world = controlledStages([stage('a', 2), stage('b', 2)], cores);
    for (const name of ['a', 'b']) {
      assert.deepEqual(await world.running(), [name]);
      world.end(name);
    }
    await world.results;
  }
});

test('a stage starts when the stage it needs has ended, with that result; others go ahead of it', async () => {
  const world = controlledStages([stage('a', 1), stage('b', 1, 'a'), stage('c', 1)]);
  assert.deepEqual(await world.running(), ['a', 'c']);
  world.end('a');
  assert.deepEqual(await world.running(), ['c', 'b']);
  assert.equal(world.neededBy.get('b'), 'a ended');
  world.end('b');
  world.end('c');
  await world.results;
});

test('a stage whose needed stage is not among the chosen ones starts without it', async () => {
  const world = controlledStages([stage('b', 1, 'a')]);
  assert.deepEqual(await world.running(), ['b']);
  assert.equal(world.neededBy.get('b'), undefined);
  world.end('b');
  await world.results;
});

test('a stage that waits for cores is not overtaken by smaller ones', async () => {
  const world = controlledStages([stage('a', 1), stage('b', 1.5), stage('c', 0.5)]);
  assert.deepEqual(await world.running(), ['a']);
  world.end('a');
  assert.deepEqual(await world.running(), ['b', 'c']);
  world.end('b');
  world.end('c');
  await world.results;
});

function controlledStages(stages, cores = 2) {
  const ends = new Map();
  const neededBy = new Map();
  const run = ({ name }, needed) => {
    neededBy.set(name, needed);
    return new Promise((resolve) => ends.set(name, () => resolve(`${name} ended`)));
  };
  return {
    results: runInOrder(stages, run, cores),
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
