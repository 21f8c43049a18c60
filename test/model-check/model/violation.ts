/** A violated invariant, with its description. */
export class Violation extends Error {
  override readonly name = 'Violation';
  /** The device that shows it, as it was before; null: it concerns no device. */
  on: { readonly place: number; readonly linked: number } | null = null;
}

export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Violation(otherwise);
}
