/** How many stages that only compute run at a time. */
const BESIDE = 2;

/** It drives no browser and no server. */
export const onlyComputes = ({ drives }) => drives.length === 0;

/**
 * Runs the stages in their order: one that only computes beside another such, any other alone, since
 * what waits for browsers and servers fails on a busy machine.
 * @param run is given the stage and the result of the one it needs, which has ended by then
 * @returns the results in the order of the stages
 */
export async function runInOrder(stages, run) {
  const ends = new Map();
  const running = new Set();
  for (const stage of stages) {
    const needed = await ends.get(stage.needs);
    while (!hasRoom(stage, [...running])) {
      await Promise.race([...running].map(({ name }) => ends.get(name)));
    }
    running.add(stage);
    const end = run(stage, needed).finally(() => running.delete(stage));
    ends.set(stage.name, end);
  }
  return Promise.all(ends.values());
}

function hasRoom(stage, running) {
  if (running.length === 0) return true;
  return running.length < BESIDE && [stage, ...running].every(onlyComputes);
}
