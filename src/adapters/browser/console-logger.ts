/* eslint-disable no-console -- the only module that writes to the console */
import type { Logger } from '../../engine/api/ports.ts';

/** Lowest level of messages on the console: `silent` writes none. */
export type LogLevel = 'silent' | 'warn' | 'debug';

/** Logger on the browser's console. */
export class ConsoleLogger implements Logger {
  readonly #level: LogLevel;

  constructor(level: LogLevel = 'warn') {
    this.#level = level;
  }

  debug(message: string, fields?: Readonly<Record<string, unknown>>): void {
    if (this.#level === 'debug') console.debug(`[tui-call] ${message}`, fields ?? '');
  }

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    if (this.#level !== 'silent') console.warn(`[tui-call] ${message}`, fields ?? '');
  }
}
