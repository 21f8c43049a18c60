/** Something that must never be is: says what, in words. */
export class Violation extends Error {
  override readonly name = 'Violation';
  /** The device on which it is seen, as it was before; null: it is no device’s. */
  on: { readonly place: number; readonly linked: number } | null = null;
}

export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Violation(otherwise);
}
