/** Ports nobody uses now, all different, asked of the system on loopback. */
export function freePorts(wanted: {
  readonly tcp?: number;
  readonly udp?: number;
}): Promise<{ readonly tcp: number[]; readonly udp: number[] }>;
