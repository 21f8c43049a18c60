import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Committed } from '../calls/change-writer.ts';

/** Prometheus metrics. Labels never contain a user, a call or an address. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #commands = new Counter({
    name: 'tui_call_commands_total',
    help: 'Acknowledged commands, by type and outcome (ok or an error name).',
    labelNames: ['type', 'outcome'],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'tui_call_command_seconds',
    help: 'Time from a command to its acknowledgement, in seconds.',
    labelNames: ['type'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
    registers: [this.#registry],
  });
  readonly #started = new Counter({
    name: 'tui_call_calls_started_total',
    help: 'Calls started, by media type.',
    labelNames: ['media_type'],
    registers: [this.#registry],
  });
  readonly #ended = new Counter({
    name: 'tui_call_calls_ended_total',
    help: 'Ended calls, by end reason.',
    labelNames: ['reason'],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** A gauge that is read at each scrape. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  answered(type: string, outcome: string, tookMs: number): void {
    this.#commands.inc({ type, outcome });
    this.#seconds.observe({ type }, tookMs / 1000);
  }

  committed({ changes }: Committed): void {
    for (const { before, after } of changes) {
      if (before === null) this.#started.inc({ media_type: after.mediaType });
      if (after.endReason !== null && before?.endReason == null) {
        this.#ended.inc({ reason: after.endReason });
      }
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
