import { availableParallelism } from 'node:os';

/** More stages at a time would need more memory than a usual machine has. */
const MAX_CORES = 4;

/**
 * Runs the stages in their order, as many at a time as the cores carry; a stage whose needed stage still runs
 * lets others go ahead. A stage that keeps all cores busy runs alone.
 * @param run is given the stage and the result of the one it needs, which has ended by then
 * @returns the results in the order of the stages
 */
export async function runInOrder(stages, run, cores = availableParallelism()) {
  const results = new Map();
  const running = new Map();
  const waiting = new Set(stages);
  while (waiting.size + running.size > 0) {
    const next = [...waiting].find(({ needs }) => !isPending(needs));
    if (next === undefined || !fits(next)) {
      await Promise.race(running.values());
      continue;
    }
    waiting.delete(next);
    running.set(next, finish(next));
  }
  return stages.map(({ name }) => results.get(name));

  async function finish(stage) {
    results.set(stage.name, await run(stage, results.get(stage.needs)));
    running.delete(stage);
  }

  function isPending(name) {
    return [...waiting, ...running.keys()].some((stage) => stage.name === name);
  }

  function fits({ cores: needed }) {
    const busy = [...running.keys()].reduce((sum, one) => sum + one.cores, 0);
    return busy === 0 || busy + needed <= Math.min(cores, MAX_CORES);
  }
}
