import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { firstProblem } from '../shared/first-problem.ts';

/**
 * Validates by TypeBox. In a query, which has only texts, an integer is read from its decimal digits; TypeBox
 * itself would also accept `1.5` and `0x10`.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const integers = httpPart === 'querystring' ? integersOf(schema) : [];
  return (given: unknown) => {
    const value = integers.length === 0 ? given : withIntegers(given, integers);
    if (check.Check(value)) return { value };
    return { error: new Error(firstProblem(check.Errors(value))) };
  };
};

function integersOf(schema: TSchema): readonly string[] {
  const { properties = {} } = schema as { properties?: Record<string, { type?: unknown }> };
  return Object.keys(properties).filter((name) => properties[name]?.type === 'integer');
}

function withIntegers(given: unknown, names: readonly string[]): unknown {
  const read = ([name, value]: [string, unknown]) =>
    names.includes(name) && typeof value === 'string' && /^\d{1,15}$/.test(value)
      ? [name, Number(value)]
      : [name, value];
  return Object.fromEntries(Object.entries(given as object).map(read));
}
