/** Values made anew keep the identity of the older ones they equal: `===` then tells what changed. */

export function kept<T>(was: readonly T[] | null, now: readonly T[]): readonly T[] {
  const same = was !== null && was.length === now.length && now.every((one, i) => one === was[i]);
  return same ? was : now;
}

export function keptPart<T extends object>(was: T | undefined, now: T): T {
  return was !== undefined && sameFields(was, now) ? was : now;
}

export function sameFields<T extends object>(a: T, b: T): boolean {
  return (Object.keys(b) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
}
