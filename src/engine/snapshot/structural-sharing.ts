/** Structural sharing: a new value that equals the previous one is replaced by the previous one. */

/** Returns `previous` if it has the same elements as `next`. */
export function reuseArray<T>(previous: readonly T[] | null, next: readonly T[]): readonly T[] {
  const same =
    previous !== null &&
    previous.length === next.length &&
    next.every((one, i) => one === previous[i]);
  return same ? previous : next;
}

/** Returns `previous` if it has the same fields as `next`. */
export function reuseObject<T extends object>(previous: T | undefined, next: T): T {
  return previous !== undefined && sameFields(previous, next) ? previous : next;
}

/** Whether all fields of `b` are identical in `a`. */
export function sameFields<T extends object>(a: T, b: T): boolean {
  return (Object.keys(b) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
}
