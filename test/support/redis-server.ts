import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { findRedis } from '../../scripts/database-servers.mjs';
import { freePorts } from '../../scripts/free-port.mjs';
import { eventually } from '../e2e/support/eventually.ts';

const READY_WITHIN_MS = 10_000;

/** A real Redis on loopback that keeps nothing. Owns its process; ends with stop(). */
export class RedisServer {
  readonly port: number;
  readonly #binary: string;
  readonly #password: string;
  #child: ChildProcess | null = null;

  private constructor(binary: string, port: number, password: string) {
    this.#binary = binary;
    this.port = port;
    this.#password = password;
    runningServers.add(this);
  }

  static async start({ password = '' } = {}): Promise<RedisServer> {
    const { tcp } = await freePorts({ tcp: 1, udp: 0 });
    const [port] = tcp;
    if (port === undefined) throw new Error('there is no free port');
    const server = new RedisServer(await findRedis(), port, password);
    await server.restart();
    return server;
  }

  get url(): string {
    const credentials = this.#password === '' ? '' : `:${this.#password}@`;
    return `redis://${credentials}127.0.0.1:${this.port}`;
  }

  /** Starts, or starts again on the same port. */
  async restart(): Promise<void> {
    await this.end('SIGTERM');
    const settings = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    if (this.#password !== '') settings.push('--requirepass', this.#password);
    this.#child = spawn(this.#binary, settings, { stdio: 'ignore', cwd: '/' });
    await eventually(
      () => accepts(this.port),
      () => 'Redis does not answer',
      READY_WITHIN_MS,
    );
  }

  /** Stands still, as behind a network that drops everything. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async stop(): Promise<void> {
    this.resume();
    await this.end();
    runningServers.delete(this);
  }
}

const runningServers = new Set<RedisServer>();
process.once('exit', () => {
  for (const server of runningServers) void server.end();
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
