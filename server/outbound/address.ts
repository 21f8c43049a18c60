import ipaddr from 'ipaddr.js';

/** Ranges that only a server with TUI_CALL_CALLBACK_PRIVATE_NETWORKS=1 may connect to. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  'private',
  'loopback',
  'carrierGradeNat',
  'uniqueLocal',
]);

/** The only block from which public IPv6 addresses are assigned. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Blocks that the library calls `unicast`, but that hold no server of the internet. */
const NO_SERVERS = ['2001::/23', '3fff::/20'].map((block) => ipaddr.IPv6.parseCIDR(block));

/**
 * Addresses at which clouds serve credentials to the machine, besides the link-local ones. Refused always: a
 * request to one of them is never a callback.
 */
const METADATA: ReadonlySet<string> = new Set(
  [
    '100.100.100.200', // Alibaba Cloud
    '168.63.129.16', // Azure
    '192.0.0.192', // Oracle Cloud
    'fd00:ec2::254', // AWS
    'fd00:c1::a9fe:a9fe', // Oracle Cloud
    'fd20:ce::254', // Google Cloud
  ].map((text) => ipaddr.parse(text).toNormalizedString()),
);

/**
 * Whether a request for a customer's URL may go to this address: public addresses, and private ones if the
 * operator permits it. What is not known to be one of them is refused.
 */
export function isAddressAllowed(text: string, privateNetworks: boolean): boolean {
  let address: ReturnType<typeof ipaddr.parse>;
  try {
    address = ipaddr.parse(text);
  } catch {
    return false;
  }
  if (METADATA.has(address.toNormalizedString())) return false;
  const range = address.range();
  if (PRIVATE_RANGES.has(range)) return privateNetworks;
  if (range !== 'unicast') return false;
  if (address instanceof ipaddr.IPv4) return true;
  return address.match(PUBLIC_IPV6) && !NO_SERVERS.some((block) => address.match(block));
}
