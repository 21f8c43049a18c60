/**
 * The URL of an avatar if it may be loaded, else ''. Only https, or the page's own server. With `trusted`, only from
 * those origins: loading a picture that an unknown caller chose would reveal to them, before the user has answered,
 * that the user is online, and the user's IP address.
 */
export function pictureUrl(avatar: string, trusted?: readonly string[]): string {
  if (!avatar || !URL.canParse(avatar, document.baseURI)) return '';
  const url = new URL(avatar, document.baseURI);
  const own = url.origin === location.origin && /^https?:$/.test(url.protocol);
  if (!own && url.protocol !== 'https:') return '';
  return own || !trusted || trusted.includes(url.origin) ? url.href : '';
}
