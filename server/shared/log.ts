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

/** Whatever is called so is never written, however deep a careless caller put it. */
const REDACTED_FIELDS = ['userSig', 'token', 'secret', 'authorization', 'apiSecret', 'userData'];

/** Structured lines on stderr: stdout belongs to the one line that says the URL. */
export function createLog(level: LogLevel): Logger {
  const paths = REDACTED_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, base: null, redact: { paths, censor: '[secret]' } }, pino.destination(2));
}
