import { CommandError } from '../shared/command-error.ts';

/** A day in UTC, or a time with its offset. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2}))?$/;

/** Epoch ms of an ISO 8601 day or time. @throws {CommandError} invalid-parameter, which names the parameter. */
export function parseInstant(name: string, text: string): number {
  const at = INSTANT.test(text) ? Date.parse(text) : NaN;
  const day = text.slice(0, 10);
  // Date.parse accepts February 30.
  const isReal = at >= 0 && new Date(Date.parse(day)).toISOString().startsWith(day);
  if (!isReal) {
    throw new CommandError(
      'invalid-parameter',
      `${name} must be a day or a time since 1970, as 2026-01-31 or 2026-01-31T12:00:00Z`,
    );
  }
  return at;
}

/** From `from` on, and before `to`; without one, unlimited. @throws {CommandError} invalid-parameter */
export function parsePeriod(from: string | undefined, to: string | undefined) {
  const [start, end] = [
    from === undefined ? null : parseInstant('from', from),
    to === undefined ? null : parseInstant('to', to),
  ];
  if (start !== null && end !== null && end <= start) {
    throw new CommandError('invalid-parameter', 'to must be after from');
  }
  return { from: start, to: end };
}
