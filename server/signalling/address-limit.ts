import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Of one public address, where nothing else is configured: a large office, behind one router. */
const MOST_OF_A_PUBLIC_ADDRESS = 1000;

/** From there come a proxy's connections, or one's own: many people look like one. */
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

/** How many connections one address has, by the TCP connection: a header can say anything. */
export class AddressLimit {
  readonly #most: number | null;
  readonly #counts = new Map<string, number>();

  /** @param most for every address; 0: no limit; null: a limit for public addresses only. */
  constructor(most: number | null) {
    this.#most = most;
  }

  isFull(address: string | undefined): boolean {
    const most = this.#limitOf(plain(address));
    return most > 0 && (this.#counts.get(networkOf(plain(address))) ?? 0) >= most;
  }

  /** One more; answers how to take it back, once. */
  enter(address: string | undefined): () => void {
    const network = networkOf(plain(address));
    this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1);
    return () => {
      const left = (this.#counts.get(network) ?? 0) - 1;
      if (left > 0) this.#counts.set(network, left);
      else this.#counts.delete(network);
    };
  }

  #limitOf(address: string): number {
    if (this.#most !== null) return this.#most;
    const isPrivate = isIPv4(address)
      ? PRIVATE.check(address, 'ipv4')
      : isIPv6(address) && PRIVATE.check(address, 'ipv6');
    return isPrivate ? 0 : MOST_OF_A_PUBLIC_ADDRESS;
  }
}

/** An IPv4 peer of a socket that listens on IPv6 has the longer name. */
function plain(address = ''): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Whoever has one IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
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
