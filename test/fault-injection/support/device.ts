import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The last state that a device reported. */
export interface DeviceReport {
  readonly phase: string;
  readonly connection: string;
  readonly told: readonly string[];
  /** Which of microphone and camera are open. */
  readonly open: readonly string[];
}

/** A device of one user: a process that can be suspended, resumed and killed. */
export class DeviceProcess {
  readonly #child: ChildProcess;
  readonly #looks = new Set<(said: DeviceReport) => void>();
  #report: DeviceReport | null = null;

  constructor(env: { SERVER: string; USER_ID: string; USER_SIG: string }) {
    const main = join(import.meta.dirname, 'device-process.ts');
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#child.stdout === null) throw new Error('no way to read what the device says');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as DeviceReport;
      this.#report = said;
      for (const look of [...this.#looks]) look(said);
    });
  }

  get report(): DeviceReport {
    if (this.#report === null) throw new Error('the device has said nothing yet');
    return this.#report;
  }

  send(words: string): void {
    this.#child.stdin?.write(`${words}\n`);
  }

  /** Waits until the device reports the condition; returns the time this took in ms. */
  until(what: string, isSo: (said: DeviceReport) => boolean, withinMs = 60_000): Promise<number> {
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => {
        reject(new Error(`no "${what}" within ${withinMs} ms: ${JSON.stringify(this.#report)}`));
      }, withinMs);
      const look = (said: DeviceReport): void => {
        if (!isSo(said)) return;
        clearTimeout(tooLate);
        this.#looks.delete(look);
        resolve(performance.now() - since);
      };
      this.#looks.add(look);
      if (this.#report !== null) look(this.#report);
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
