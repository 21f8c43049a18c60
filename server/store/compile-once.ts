import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Schema } from './schema.ts';

/** Arguments of a statement: values, in lists and rows. */
export type Arguments =
  string | number | null | readonly Arguments[] | { readonly [field: string]: Arguments };

type Value = string | number | null;

/** Represents a value while the statement is built. */
class Placeholder {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/**
 * A statement that is compiled once per shape of its arguments (the lengths of their lists), because Kysely
 * takes longer to compile than SQLite to execute. `build` must not depend on the values.
 *
 * @param build creates the statement; receives placeholders in place of the values
 */
export function compileOnce<Given extends Arguments, Row>(
  build: (db: Kysely<Schema>, given: Given) => Compilable<Row>,
): (db: Kysely<Schema>, given: Given) => Promise<QueryResult<Row>> {
  // The SQL depends on the dialect.
  const ofDialect = new WeakMap<object, Map<string, CompiledQuery<Row>>>();
  return (db, given) => {
    const values: Value[] = [];
    const shape = collectValues(given, values);
    const { adapter } = db.getExecutor();
    const compiled = ofDialect.get(adapter) ?? new Map<string, CompiledQuery<Row>>();
    ofDialect.set(adapter, compiled);
    const query = compiled.get(shape) ?? build(db, withPlaceholders(given) as Given).compile();
    compiled.set(shape, query);
    const parameters = query.parameters.map((one) =>
      one instanceof Placeholder ? values[one.index] : one,
    );
    return db.executeQuery({ ...query, parameters });
  };
}

/** Collects the values in order; returns the shape that determines the order: field names and list lengths. */
function collectValues(given: Arguments, values: Value[]): string {
  if (given === null || typeof given !== 'object') {
    values.push(given);
    return '';
  }
  let shape = '(';
  for (const [field, member] of Object.entries(given))
    shape += `${field}${collectValues(member, values)},`;
  return `${shape})`;
}

function withPlaceholders(given: Arguments, next = { index: 0 }): unknown {
  if (given === null || typeof given !== 'object') return new Placeholder(next.index++);
  if (Array.isArray(given)) return given.map((member: Arguments) => withPlaceholders(member, next));
  const fields = Object.entries(given).map(([name, member]) => [
    name,
    withPlaceholders(member, next),
  ]);
  return Object.fromEntries(fields) as unknown;
}
