import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** The memory and processor time of the server at a moment, after garbage collection. */
export interface Held {
  readonly heapBytes: number;
  readonly sockets: number;
  readonly processorMs: number;
}

/** A call server in its own process (fuzz-target.ts). Ends with its test. */
export class FuzzServer {
  readonly url: string;
  readonly #child: ChildProcess;
  /** Its log of unexpected errors. */
  complaints = '';

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    child.stderr?.on('data', (text) => (this.complaints += String(text)));
  }

  static async start(t: TestContext): Promise<FuzzServer> {
    const child = fork(join(import.meta.dirname, 'fuzz-target.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    t.after(() => child.kill());
    const { url } = (await answerOf(child)) as { readonly url: string };
    return new FuzzServer(child, url);
  }

  get isUp(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  held(): Promise<Held> {
    this.#child.send('held');
    return answerOf(this.#child) as Promise<Held>;
  }

  async pass(ms: number): Promise<void> {
    this.#child.send({ pass: ms });
    await answerOf(this.#child);
  }

  /** The value of one metric of /metrics. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
    assert.ok(value, `no ${name} in /metrics`);
    return Number(value);
  }

  /** Polls until the metric has this value. */
  async settlesAt(name: string, figure: number): Promise<void> {
    while ((await this.figure(name)) !== figure);
  }
}

/** Rejects when the process ends instead. */
function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the server has ended'));
    child.once('exit', gone);
    child.once('message', (answer) => {
      child.off('exit', gone);
      resolve(answer);
    });
  });
}
