/** Something that must never be is: says what, in words. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Violation(otherwise);
}
