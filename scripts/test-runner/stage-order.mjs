import { availableParallelism } from 'node:os';

/** More stages at a time would need more memory than a usual machine has. */
const MAX_CORES = 4;

/**
 * Runs as many stages at a time as the cores carry, and the first of those that could start. A stage that
 * keeps all cores busy runs alone.
 * @param run is given the stage and the result of the one it needs, which has ended by then
 * @returns the results in the order of the stages
 */
export async function runInOrder(stages, run, cores = availableParallelism()) {
  const results = new Map();
  const running = new Map();
  const waiting = new Set(stages);
  while (waiting.size + running.size > 0) {
    const next = [...waiting].find((stage) => mayStart(stage));
    if (next === undefined) {
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

  function mayStart(stage) {
    const needed = stages.find(({ name }) => name === stage.needs);
    if (needed !== undefined && !results.has(needed.name)) return false;
    const busy = [...running.keys()].reduce((sum, one) => sum + one.cores, 0);
    return busy === 0 || busy + stage.cores <= Math.min(cores, MAX_CORES);
  }
}
