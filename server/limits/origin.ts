/** Whether pages of this origin may connect. A request without an origin is not from a page: its userSig decides. */
export function isOriginAllowed(
  allowed: readonly string[] | '*',
  origin: string | undefined,
): boolean {
  return origin === undefined || allowed === '*' || allowed.includes(origin);
}
