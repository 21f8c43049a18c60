import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePorts } from '../../../scripts/free-port.mjs';
import { eventually } from '../../e2e/support/eventually.ts';
import { environment, EXAMPLES, installedFile } from './workspace.ts';

/** The server that renders the pages of a built example: Next's or Nuxt's. */
export class FrameworkServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(name: 'next' | 'nuxt'): Promise<FrameworkServer> {
    const [port = 0] = (await freePorts({ tcp: 1 })).tcp;
    const args =
      name === 'next'
        ? [
            installedFile('next', 'dist', 'bin', 'next'),
            'start',
            '-p',
            `${port}`,
            '-H',
            '127.0.0.1',
          ]
        : [join('.output', 'server', 'index.mjs')];
    const child = spawn(process.execPath, args, {
      cwd: join(EXAMPLES, name),
      env: { ...environment, HOST: '127.0.0.1', PORT: `${port}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => (said += data.toString()));
    }
    const url = `http://127.0.0.1:${port}`;
    await eventually(
      async () => child.exitCode === null && (await fetch(url).catch(() => null))?.ok,
      () => `${name} does not answer:\n${said}`,
    );
    return new FrameworkServer(url, child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    // Both wait for idle connections on SIGTERM.
    this.#child.kill('SIGKILL');
    await exited;
  }
}
