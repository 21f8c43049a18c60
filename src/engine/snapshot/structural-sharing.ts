/** Values made anew keep the identity of the older ones they equal: `===` then tells what changed. */

export function reuseArray<T>(previous: readonly T[] | null, next: readonly T[]): readonly T[] {
  const same =
    previous !== null &&
    previous.length === next.length &&
    next.every((one, i) => one === previous[i]);
  return same ? previous : next;
}

export function reuseObject<T extends object>(previous: T | undefined, next: T): T {
  return previous !== undefined && sameFields(previous, next) ? previous : next;
}

export function sameFields<T extends object>(a: T, b: T): boolean {
  return (Object.keys(b) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
}
