interface Problem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** The first problem that TypeBox found, as a sentence that names the field. */
export function firstProblem(problems: readonly Problem[]): string {
  const [first] = problems;
  if (first === undefined) return 'malformed';
  const missing = 'requiredProperties' in first.params ? first.params.requiredProperties : null;
  if (Array.isArray(missing)) return `${missing.join(', ')} is missing`;
  const field = first.instancePath.slice(1).replaceAll('/', '.');
  // The schema of a field that an object does not have is `false`.
  return first.keyword === 'boolean' ? `${field} is not known` : `${field} ${first.message}`;
}
