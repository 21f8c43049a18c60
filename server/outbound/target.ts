import { isIP } from 'node:net';
import { isAddressAllowed } from './address.ts';

/** What a URL of a customer may be. */
export interface TargetRules {
  /** Permits private and loopback addresses, http and every port. */
  readonly privateNetworks: boolean;
}

export type Target =
  { readonly url: URL; readonly problem?: undefined } | { readonly problem: TargetProblem };

export interface TargetProblem {
  readonly error: 'url-refused' | 'address-refused';
  /** One sentence, for the customer. */
  readonly message: string;
}

const MAX_URL_LENGTH = 2048;
/** The rest belongs to services that speak no HTTP. '' is 443. */
const PORTS: ReadonlySet<string> = new Set(['', '8443']);
/** `URL` deletes or replaces these without a word, so that the text and the target would differ. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const AMBIGUOUS = /[\u0000-\u0020\u007f\\]/;

/** Checks everything of a URL that can be checked without a request. A name is checked when it is resolved. */
export function checkTarget(text: string, { privateNetworks }: TargetRules): Target {
  const url = AMBIGUOUS.test(text) || text.length > MAX_URL_LENGTH ? null : URL.parse(text);
  if (url === null) return refused('url-refused', 'url is not a valid URL');
  const isHttp = url.protocol === 'http:' && privateNetworks;
  if (url.protocol !== 'https:' && !isHttp) {
    return refused('url-refused', 'url must begin with https://');
  }
  if (url.username !== '' || url.password !== '' || text.includes('#')) {
    return refused('url-refused', 'url must not contain a user name, a password or a fragment');
  }
  if (!privateNetworks && !PORTS.has(url.port)) {
    return refused('url-refused', 'the port of url must be 443 or 8443');
  }
  const host = hostOf(url);
  // A literal is connected to without a lookup, so it is checked here.
  if (isIP(host) !== 0 && !isAddressAllowed(host, privateNetworks)) {
    return refused('address-refused', 'the address of url is not a public one');
  }
  return { url };
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function refused(error: TargetProblem['error'], message: string): Target {
  return { problem: { error, message } };
}
