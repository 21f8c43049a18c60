import { pino, stdSerializers } from 'pino';
import type { Logger } from 'pino';
import { withoutTokens } from './network-cause.ts';

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
  const redact = { paths, censor: '[secret]' };
  return pino({ level, base: null, redact, serializers: { err } }, pino.destination(2));
}

function err(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message: withoutTokens(message), stack: withoutTokens(stack) };
}
