import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Default for a public address: enough for a large office behind one router. */
const MAX_PER_PUBLIC_ADDRESS = 1000;

/** Private networks: a proxy there represents many users. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

/** Counts connections per address of the TCP peer. Headers are not trusted. */
export class AddressLimit {
  readonly #max: number | null;
  readonly #counts = new Map<string, number>();

  /** @param max connections per address; 0: no limit; null: the default for public addresses only. */
  constructor(max: number | null) {
    this.#max = max;
  }

  isFull(address: string | undefined): boolean {
    const max = this.#limitOf(withoutIpv4Prefix(address));
    return max > 0 && (this.#counts.get(networkOf(address)) ?? 0) >= max;
  }

  /** Counts a connection; returns the function that releases it, to be called once. */
  add(address: string | undefined): () => void {
    const network = networkOf(address);
    this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1);
    return () => {
      const remaining = (this.#counts.get(network) ?? 0) - 1;
      if (remaining > 0) this.#counts.set(network, remaining);
      else this.#counts.delete(network);
    };
  }

  #limitOf(address: string): number {
    if (this.#max !== null) return this.#max;
    const isPrivate = isIPv4(address)
      ? PRIVATE.check(address, 'ipv4')
      : isIPv6(address) && PRIVATE.check(address, 'ipv6');
    return isPrivate ? 0 : MAX_PER_PUBLIC_ADDRESS;
  }
}

/** An IPv4 peer of an IPv6 listener has the prefix ::ffff:. */
function withoutIpv4Prefix(address = ''): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** IPv6 is counted per /64, since a customer usually owns a whole one. */
export function networkOf(peer: string | undefined): string {
  const address = withoutIpv4Prefix(peer);
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length;
  const all = [
    ...groups,
    ...Array.from({ length: missing }, () => '0'),
    ...(tail ?? '').split(':'),
  ];
  return all.slice(0, 4).join(':');
}
