import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The last state that a device reported. */
export interface DeviceReport {
  readonly phase: string;
  readonly connection: string;
  readonly callbacks: readonly string[];
  /** Which of microphone and camera are open. */
  readonly open: readonly string[];
}

/** A device of one user: a process that can be suspended, resumed and killed. */
export class DeviceProcess {
  readonly #child: ChildProcess;
  readonly #checks = new Set<(report: DeviceReport) => void>();
  #report: DeviceReport | null = null;

  constructor(env: { SERVER: string; USER_ID: string; USER_SIG: string }) {
    const main = join(import.meta.dirname, 'device-process.ts');
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#child.stdout === null) throw new Error('the output of the device is not readable');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const report = JSON.parse(line) as DeviceReport;
      this.#report = report;
      for (const check of [...this.#checks]) check(report);
    });
  }

  get report(): DeviceReport {
    if (this.#report === null) throw new Error('the device has not reported yet');
    return this.#report;
  }

  send(words: string): void {
    this.#child.stdin?.write(`${words}\n`);
  }

  /** Waits until the device reports the condition; returns the time this took in ms. */
  until(what: string, isSo: (report: DeviceReport) => boolean, withinMs = 60_000): Promise<number> {
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => {
        reject(new Error(`no "${what}" within ${withinMs} ms: ${JSON.stringify(this.#report)}`));
      }, withinMs);
      const check = (report: DeviceReport): void => {
        if (!isSo(report)) return;
        clearTimeout(tooLate);
        this.#checks.delete(check);
        resolve(performance.now() - since);
      };
      this.#checks.add(check);
      if (this.#report !== null) check(this.#report);
    });
  }

  /** Suspends the device, as a closed lid does. */
  sleep(): void {
    this.#child.kill('SIGSTOP');
  }

  wake(): void {
    this.#child.kill('SIGCONT');
  }

  kill9(): void {
    this.#child.kill('SIGKILL');
  }
}
