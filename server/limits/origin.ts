/** Does the server let pages of this origin connect? Without one it is no page: the userSig decides. */
export function isOriginAllowed(
  allowed: readonly string[] | '*',
  origin: string | undefined,
): boolean {
  return origin === undefined || allowed === '*' || allowed.includes(origin);
}
