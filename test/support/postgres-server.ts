import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostgres } from '../../scripts/database-servers.mjs';
import { freePorts } from '../../scripts/free-port.mjs';
import { eventually } from '../e2e/support/eventually.ts';

const run = promisify(execFile);

/** Who Postgres runs as: it refuses to be started by root. */
const OWNER = ownerOfPostgres();
const READY_WITHIN_MS = 20_000;

/** A real Postgres on loopback, in a temporary folder. Owns process and folder; ends with stop(). */
export class PostgresServer {
  readonly port: number;
  readonly #bin: string;
  /** Its data and its socket; readable by it. */
  readonly folder: string;
  #child: ChildProcess | null = null;
  #log = '';
  #databases = 0;
  #reused: string | null = null;

  private constructor(bin: string, folder: string, port: number) {
    this.#bin = bin;
    this.folder = folder;
    this.port = port;
    runningServers.add(this);
  }

  static async start(): Promise<PostgresServer> {
    const server = await PostgresServer.#prepare();
    await server.#run('initdb', [
      '-D',
      server.#data,
      '-A',
      'trust',
      '--no-sync',
      '-E',
      'UTF8',
      '-U',
      'postgres',
    ]);
    await server.restart();
    return server;
  }

  /** A standby of this server, which follows it. */
  async standby(): Promise<PostgresServer> {
    const standby = await PostgresServer.#prepare();
    const source = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres'];
    await standby.#run('pg_basebackup', [
      ...source,
      '-D',
      standby.#data,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '--no-sync',
    ]);
    await standby.restart();
    return standby;
  }

  static async #prepare(): Promise<PostgresServer> {
    const bin = await findPostgres();
    const folder = mkdtempSync(join(tmpdir(), 'tui-call-postgres-'));
    if (OWNER !== null) chownSync(folder, OWNER.uid, OWNER.gid);
    const { tcp } = await freePorts({ tcp: 1, udp: 0 });
    const [port] = tcp;
    if (port === undefined) throw new Error('there is no free port');
    return new PostgresServer(bin, folder, port);
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  /** Its log: shown when a test fails. */
  get log(): string {
    return this.#log;
  }

  url(database: string, user = 'postgres'): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  /** A new empty database; its name. */
  async database(): Promise<string> {
    this.#databases += 1;
    const name = `calls_${this.#databases}`;
    await this.sql(`create database ${name} template template0 encoding 'UTF8'`);
    return name;
  }

  /** The same database each time, emptied: quicker than a new one. */
  async emptyDatabase(): Promise<string> {
    this.#reused ??= await this.database();
    await this.sql('drop schema public cascade; create schema public', this.#reused);
    return this.#reused;
  }

  /** Runs statements as the superuser. */
  async sql(text: string, database = 'postgres'): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(this.url(database));
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(text);
      return rows;
    } finally {
      await client.end();
    }
  }

  /** Starts, or starts again on the same port and data. */
  async restart(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.end('SIGINT');
    const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const own = ['-D', this.#data, '-p', String(this.port), '-h', '127.0.0.1', '-k', this.folder];
    const child = spawn(join(this.#bin, 'postgres'), [...own, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
      ...OWNER,
    });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    await eventually(
      async () => {
        if (child.exitCode !== null) throw new Error(`Postgres ended at its start: ${this.#log}`);
        return this.sql('select 1').then(
          () => true,
          () => false,
        );
      },
      () => `Postgres does not answer: ${this.#log}`,
      READY_WITHIN_MS,
    );
  }

  async promote(): Promise<void> {
    await this.#run('pg_ctl', ['promote', '-D', this.#data, '-w']);
  }

  /** SIGINT: a fast shutdown. SIGKILL: a crash. */
  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async stop(): Promise<void> {
    await this.end('SIGINT');
    runningServers.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    await run(join(this.#bin, program), [...args], { cwd: '/', ...OWNER });
  }

  /** The test ends without stop(). */
  abandon(): void {
    this.#child?.kill('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Without waiting for the disk, but for commits in order: a test's machine does not lose power. */
const SETTINGS = { fsync: 'off', max_connections: '200', wal_level: 'replica', hot_standby: 'on' };

const runningServers = new Set<PostgresServer>();
process.once('exit', () => {
  for (const server of runningServers) server.abandon();
});

function ownerOfPostgres(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (what: string) => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
