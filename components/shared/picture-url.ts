/**
 * The address of an avatar that may be loaded, or ''. Only https, or the page's own server. With
 * `trusted`, only from those origins: a picture of a stranger's choice would tell them that this
 * user is here, and from which address, before the user has answered.
 */
export function pictureUrl(avatar: string, trusted?: readonly string[]): string {
  if (!avatar || !URL.canParse(avatar, document.baseURI)) return '';
  const url = new URL(avatar, document.baseURI);
  const own = url.origin === location.origin && /^https?:$/.test(url.protocol);
  if (!own && url.protocol !== 'https:') return '';
  return own || !trusted || trusted.includes(url.origin) ? url.href : '';
}
