import { pino } from 'pino';
import type { Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export const LOG_LEVELS: readonly LogLevel[] = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
];

/** Fields with these names are never logged, up to two levels deep. */
const REDACTED_FIELDS = ['userSig', 'token', 'secret', 'authorization', 'apiSecret', 'userData'];

/** JSON lines on stderr; stdout is for the output of commands. */
export function createLog(level: LogLevel): Logger {
  const paths = REDACTED_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, base: null, redact: { paths, censor: '[secret]' } }, pino.destination(2));
}
