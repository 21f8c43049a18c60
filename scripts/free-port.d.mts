/** Free ports of loopback, all different, chosen by the system. */
export function freePorts(wanted: {
  readonly tcp?: number;
  readonly udp?: number;
}): Promise<{ readonly tcp: number[]; readonly udp: number[] }>;
