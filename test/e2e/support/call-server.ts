import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SERVER_MAIN = join(import.meta.dirname, '../../../server/main.ts');

/** The real call server in its own process, on its own database unless it is given one; a test can kill and restart it. */
export class CallServer {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #main: string;
  /** Its own folder, removed with it. */
  readonly folder: string;
  #child: ChildProcess | null = null;
  #port = 0;
  #log = '';

  /** `main`: the entry point, of this version by default. */
  constructor(environment: NodeJS.ProcessEnv, below = tmpdir(), main = SERVER_MAIN) {
    this.#main = main;
    this.folder = mkdtempSync(join(below, 'tui-call-e2e-'));
    this.#environment = { DATABASE_URL: `sqlite:${this.databaseFile}`, ...environment };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get databaseFile(): string {
    return join(this.folder, 'calls.db');
  }

  /** The id of the current process. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the call server does not run');
    return pid;
  }

  /** The log of the process: shown when a test fails, searched for secrets. */
  get log(): string {
    return this.#log;
  }

  /** Starts, or restarts on the same port and database. */
  async start(): Promise<void> {
    const child = this.launch();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    if (child.stdout === null) throw new Error('the output of the call server is not readable');
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

  /** The process alone, for a test that kills it before it listens or waits for its exit. */
  launch(): ChildProcess {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', this.#main], {
      env: { ...process.env, ...this.#environment, HOST: '127.0.0.1', PORT: String(this.#port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return this.#child;
  }

  /** As a crash: no handler of the process runs. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it as an administrator does; returns the exit code. */
  async terminate(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Suspends it, as a machine that sleeps or swaps. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Deletes its database files. Not while it runs. */
  forget(): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.databaseFile + suffix, { force: true });
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }
}
