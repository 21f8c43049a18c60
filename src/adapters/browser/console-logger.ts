/* eslint-disable no-console -- the one place that writes to the console */
import type { Logger } from '../../engine/api/ports.ts';

export type LogLevel = 'silent' | 'warn' | 'debug';

/** Writes facts for developers to the browser's console: warnings by default, more when asked to. */
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
