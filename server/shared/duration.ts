const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a time such as `90s`, `15m`, `12h`, `7d`, or a number of seconds; NaN if it is malformed. */
export function parseSeconds(text: number | string): number {
  const [, amount, unit = ''] = /^(\d+)([smhd]?)$/.exec(String(text)) ?? [];
  return Number(amount) * (UNIT_SECONDS[unit] ?? NaN);
}
