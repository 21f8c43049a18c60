const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAX_WEEKDAY_AGE_DAYS = 6;

/**
 * The time of a call as a short text in the user's language: "5 min. ago", "14:05", "yesterday", "Monday", "12 Nov",
 * "12 Nov 2025".
 */
export function formatWhen(at: number, now: number, locale: string): string {
  const age = now - at;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  if (age < MINUTE_MS) return relative.format(0, 'second');
  if (age < HOUR_MS) return relative.format(-Math.floor(age / MINUTE_MS), 'minute');
  const days = daysBetween(new Date(at), new Date(now));
  if (days === 0) return dateText(at, locale, { timeStyle: 'short' });
  if (days === 1) return relative.format(-1, 'day');
  if (days <= MAX_WEEKDAY_AGE_DAYS) return dateText(at, locale, { weekday: 'long' });
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const year = sameYear ? {} : ({ year: 'numeric' } as const);
  return dateText(at, locale, { day: 'numeric', month: 'short', ...year });
}

/** The full date and time, for the tooltip. */
export const formatExactTime = (at: number, locale: string): string =>
  dateText(at, locale, { dateStyle: 'full', timeStyle: 'short' });

/** The duration of a call as text: "34 sec", "12 min", "1 hr 5 min". */
export function formatLength(ms: number, locale: string): string {
  const [hours, minutes] = [Math.floor(ms / HOUR_MS), Math.floor((ms % HOUR_MS) / MINUTE_MS)];
  const format = (count: number, unit: 'hour' | 'minute' | 'second'): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
  if (hours > 0)
    return [format(hours, 'hour'), ...(minutes ? [format(minutes, 'minute')] : [])].join(' ');
  return minutes > 0 ? format(minutes, 'minute') : format(Math.floor(ms / 1000), 'second');
}

/** The part of a page's `lang` that Intl supports; English for English messages. */
export function localeOf(language: string, isEnglish: boolean): string {
  if (isEnglish && !/^en\b/i.test(language)) return 'en';
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return language.slice(0, 2);
  }
}

function dateText(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, options).format(at);
}

/** Number of calendar days in the local time zone, also across a day of 23 hours. */
function daysBetween(from: Date, to: Date): number {
  const dayOf = (date: Date): number =>
    Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (24 * HOUR_MS);
  return dayOf(to) - dayOf(from);
}
