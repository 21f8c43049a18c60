import { Rows } from './rows.ts';
import type { Scenario } from '../model/scenario.ts';
import { Worlds } from '../model/world.ts';

/**
 * The same as explore.ts, in the simplest way: one world after the other, each with all its possible events.
 * The reference for explore.ts; too slow for large scenarios. @throws {Violation}
 */
export async function exploreOneByOne(scenario: Scenario) {
  const worlds = new Worlds(scenario);
  const states = new Rows();
  states.idOf(await worlds.first());
  for (let index = 0; index < states.size; index += 1) {
    const row = states.at(index).slice();
    for (const happening of worlds.happenings(row)) {
      const given = worlds.next(row, happening);
      const next = given instanceof Promise ? await given : given;
      if (next === null) continue;
      const before = states.size;
      states.idOf(next);
      if (states.size > before) worlds.check(next);
    }
  }
  return { states: states.size, quiet: worlds.quiet, parts: worlds.parts };
}
