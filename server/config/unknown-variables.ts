import { ConfigError, readConfig } from './config.ts';
import type { Environment } from './config.ts';

const PREFIX = 'TUI_CALL_';
/** Names with more differences are not suggested. */
const MAX_DISTANCE = 6;

/** One sentence for each variable with our prefix that the configuration does not read. */
export function unknownVariables(env: Environment): readonly string[] {
  const known = variablesRead(env);
  const unknown = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !known.has(name));
  return unknown.toSorted().map((name) => {
    const [nearest] = [...known]
      .filter((one) => one.startsWith(PREFIX))
      .map((one) => ({ one, distance: distance(one, name) }))
      .toSorted((a, b) => a.distance - b.distance);
    const hint =
      nearest !== undefined && nearest.distance <= MAX_DISTANCE
        ? `; did you mean ${nearest.one}?`
        : '';
    return `${name} is not a variable of this server${hint}`;
  });
}

function variablesRead(env: Environment): ReadonlySet<string> {
  const names = new Set<string>();
  const recorder = new Proxy(env, {
    get(target, name) {
      if (typeof name !== 'string') return undefined;
      names.add(name);
      return target[name];
    },
  });
  try {
    readConfig(recorder);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  return names;
}

/** Levenshtein distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, wanted] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + Number(letter !== wanted);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
