import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SERVER_MAIN = join(import.meta.dirname, '../../../server/main.ts');

/** The real call server as its own process, on its own database, killable and startable again. */
export class CallServer {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  #port = 0;
  #log = '';

  constructor(environment: NodeJS.ProcessEnv) {
    this.#folder = mkdtempSync(join(tmpdir(), 'tui-call-e2e-'));
    this.#environment = {
      ...environment,
      DATABASE_URL: `sqlite:${join(this.#folder, 'calls.db')}`,
    };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Everything the process has written to its log: shown when a test fails, searched for secrets. */
  get log(): string {
    return this.#log;
  }

  /** Starts, or starts again on the same port and database. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SERVER_MAIN], {
      env: { ...process.env, ...this.#environment, HOST: '127.0.0.1', PORT: String(this.#port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    for await (const line of createInterface({ input: child.stdout })) {
      this.#log += `${line}\n`;
      const address = /https?:\/\/[^\s/]+:(\d+)/.exec(line);
      if (address === null) continue;
      this.#port = Number(address[1]);
      child.stdout.on('data', (data: Buffer) => (this.#log += data.toString()));
      child.stdout.resume();
      return;
    }
    throw new Error(`the call server ended before it listened:\n${this.#log}`);
  }

  /** As a crash: no handler of the process runs. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}
