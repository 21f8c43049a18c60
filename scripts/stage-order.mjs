/** How many stages that need one processor run at a time. */
const BESIDE = 2;

/**
 * Runs the stages in their order: one that needs a single processor beside another such, any other
 * alone, since what waits for browsers and servers fails on a busy machine.
 * @param run is given the stage and the result of the one it needs, which has ended by then
 * @returns the results in the order of the stages
 */
export async function runInOrder(stages, run) {
  const ends = new Map();
  const running = new Set();
  const roomFor = ({ oneCore, needs }) =>
    running.size === 0 ||
    (oneCore &&
      running.size < BESIDE &&
      [...running].every((one) => one.oneCore && one.name !== needs));
  for (const stage of stages) {
    while (!roomFor(stage)) await Promise.race([...running].map(({ name }) => ends.get(name)));
    running.add(stage);
    const needed = await ends.get(stage.needs);
    const end = run(stage, needed).finally(() => running.delete(stage));
    ends.set(stage.name, end);
  }
  return Promise.all(ends.values());
}
