import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findNginx } from '../../../scripts/browser.mjs';
import { freePorts } from '../../../scripts/free-port.mjs';
import { findLivekit } from '../../../scripts/livekit/index.mjs';
import { installed } from '../../support/packages.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
export const FILES = join(ROOT, 'deploy');
/** Loopback addresses of their own, so that the ports 80 and 443 of the machine stay free. */
const [ADDRESS, SECOND_ADDRESS] = ['127.77.0.1', '127.77.0.2'];
const HOSTS = ['app', 'cdn', 'calls', 'media', 'turn'];
const STARTS_WITHIN_MS = 30_000;

/** Chromium that resolves the names of the deployment to it, and trusts its certificate. */
export const CHROMIUM_FLAGS = [
  `--host-resolver-rules=MAP *.localhost ${ADDRESS}`,
  '--ignore-certificate-errors',
];

/**
 * The files of deploy/ on one machine: nginx, LiveKit and the packages as npm would publish them. Names, ports, paths and
 * secrets are replaced; everything else runs as written.
 */
export class Deployment {
  readonly folder = mkdtempSync(join(tmpdir(), 'tui-call-deploy-'));
  readonly signingSecret = randomBytes(32).toString('hex');
  readonly #values = new Map<string, string>();
  readonly #children: ChildProcess[] = [];
  readonly #packages: string[] = [];
  #server: ChildProcess | null = null;

  static async start(): Promise<Deployment> {
    const deployment = new Deployment();
    try {
      await deployment.#start();
    } catch (error) {
      await deployment.stop();
      throw error;
    }
    return deployment;
  }

  /** A file of deploy/ with the values of this deployment. */
  adapted(name: string): string {
    let text = readFileSync(join(FILES, name), 'utf8');
    for (const [value, here] of this.#values) text = text.replaceAll(value, here);
    return text;
  }

  get databaseFile(): string {
    return join(this.folder, 'state/calls.db');
  }

  /** The process of the call server. */
  get server(): ChildProcess {
    return this.#server ?? assert.fail('the call server does not run');
  }

  /** All processes run as this user; systemd would give each its own. */
  async startServer(): Promise<void> {
    const env = Object.fromEntries(
      this.adapted('tui-call.env')
        .split('\n')
        .filter((line) => /^\w+=/.test(line))
        .map((line) => line.split(/=(.*)/, 2)),
    ) as NodeJS.ProcessEnv;
    this.#server = this.#spawn(this.#command('tui-call.service'), env);
    await listening(Number(env['PORT']));
  }

  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) await ended(child);
    for (const folder of [this.folder, ...this.#packages])
      rmSync(folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const [element, server] = [
      await installed(tmpdir(), 'tui-call', ROOT),
      // Inside our node_modules, so that its dependencies are found without a network.
      await installed(join(ROOT, 'node_modules'), 'tui-call-server', join(ROOT, 'server')),
    ];
    this.#packages.push(element, server);
    await this.#setValues(server);
    await this.#makeFolders(join(element, 'node_modules/tui-call/dist'));
    writeFileSync(join(this.folder, 'livekit.yaml'), this.adapted('livekit.yaml'), { mode: 0o600 });
    writeFileSync(join(this.folder, 'nginx.conf'), this.adapted('nginx.conf'));
    this.#spawn(this.#command('livekit.service'), {});
    await listening(this.#port('7880'));
    await this.startServer();
    const nginx = await findNginx();
    this.#spawn([nginx, '-c', join(this.folder, 'nginx.conf'), '-g', 'daemon off;'], {});
    await listening(443, ADDRESS);
  }

  async #setValues(server: string): Promise<void> {
    const tcp = ['8443', '5349', '8787', '7880', '7881'];
    const udp = ['7882', '3478'];
    const free = await freePorts({ tcp: tcp.length, udp: udp.length });
    const set = (value: string, here: string): void => void this.#values.set(value, here);
    tcp.forEach((port, index) => set(port, String(free.tcp[index])));
    udp.forEach((port, index) => set(port, String(free.udp[index])));
    for (const host of HOSTS) set(`${host}.example`, `${host}.localhost`);
    set('listen 443', `listen ${ADDRESS}:443`);
    set('listen [::]:443', `listen ${SECOND_ADDRESS}:443`);
    set('listen 80 ', `listen ${ADDRESS}:80 `);
    set('listen [::]:80 ', `listen ${SECOND_ADDRESS}:80 `);
    set('/run/nginx.pid', join(this.folder, 'nginx.pid'));
    set('/var/log/nginx', this.folder);
    set('/etc/nginx/tls', this.folder);
    set('/srv/app', join(this.folder, 'app'));
    set('/srv/tui-call', join(this.folder, 'element'));
    set('/etc/livekit/turn.pem', join(this.folder, 'fullchain.pem'));
    set('/etc/livekit/turn.key', join(this.folder, 'privkey.pem'));
    set('/etc/livekit/livekit.yaml', join(this.folder, 'livekit.yaml'));
    set('/usr/local/bin/livekit-server', await findLivekit());
    set('/usr/local/bin/node', process.execPath);
    set('/opt/tui-call', server);
    set('/var/lib/tui-call', join(this.folder, 'state'));
    set('tui-call -g tui-call', `${process.getuid?.()} -g ${process.getgid?.()}`);
    set('use_external_ip: true', LOOPBACK_ADDRESS);
    set('  relay_range_end: 40000', LOOPBACK_PEERS);
    set('LIVEKIT_KEY', 'key-of-the-test');
    set('=LIVEKIT_SECRET', `=${this.signingSecret}`);
    set(': LIVEKIT_SECRET', `: ${this.signingSecret}`);
    set('SIGNING_SECRET', this.signingSecret);
  }

  async #makeFolders(dist: string): Promise<void> {
    // nginx's workers run as www-data.
    chmodSync(this.folder, 0o755);
    const pages = join(ROOT, 'test/e2e/pages');
    cpSync(pages, join(this.folder, 'app'), { recursive: true });
    const page = readFileSync(join(pages, 'widget.html'), 'utf8');
    const script = page.replace('/dist/tui-call.js', 'https://cdn.localhost/tui-call.js');
    assert.notEqual(script, page);
    writeFileSync(join(this.folder, 'app/widget.html'), script);
    cpSync(dist, join(this.folder, 'element'), { recursive: true });
    mkdirSync(join(this.folder, 'state'), { mode: 0o700 });
    const names = HOSTS.map((host) => `DNS:${host}.localhost`).join(',');
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', '1', '-subj', '/CN=app.localhost', '-addext', `subjectAltName=${names}`],
      ...['-keyout', join(this.folder, 'privkey.pem'), '-out', join(this.folder, 'fullchain.pem')],
    ]);
  }

  #port(name: string): number {
    return Number(this.#values.get(name));
  }

  /** The command of a unit. */
  #command(unit: string): string[] {
    const [, command = assert.fail(unit)] = /^ExecStart=(.*)$/m.exec(this.adapted(unit)) ?? [];
    return command.split(' ');
  }

  #spawn([command = '', ...args]: string[], env: NodeJS.ProcessEnv): ChildProcess {
    const log = openSync(join(this.folder, 'log'), 'a');
    const child = spawn(command, args, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#children.push(child);
    return child;
  }
}

/** Instead of asking a STUN server for the public address. */
const LOOPBACK_ADDRESS = `use_external_ip: false
  node_ip: 127.0.0.1
  enable_loopback_candidate: true
  ips: { includes: ['127.0.0.1/32'] }`;

/** LiveKit's TURN passes nothing on to private and loopback addresses unless they are listed. */
const LOOPBACK_PEERS = `  relay_range_end: 40000
  allow_restricted_peer_cidrs: ['127.0.0.1/32']`;

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  // LiveKit waits for the people in its rooms, as its unit says too.
  const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await exited;
  clearTimeout(late);
}

async function listening(port: number, host = '127.0.0.1'): Promise<void> {
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!(await accepts(port, host))) {
    if (Date.now() > until) throw new Error(`nobody listens on ${host}:${port}`);
    await pause(50);
  }
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
