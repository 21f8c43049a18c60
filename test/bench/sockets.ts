import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { TestUser } from '../fixtures/test-user.ts';
import type { World } from '../e2e/support/world.ts';
import { percentile } from './measure.ts';

const SOCKETS = Number(process.env['BENCH_SOCKETS'] ?? 2000);
/** Every second call is accepted, the others are cancelled. */
const CALLS = 400;
const CALLS_PER_SECOND = 20;
/** The number of connections a server accepts at a time without filling the machine's backlog. */
const AT_ONCE = 50;

/**
 * Many idle sockets, some of which call each other at 20 calls a second; then the server is killed and all
 * reconnect. Compared with a bare socket.io relay that passes a message to one socket. All of it on one
 * machine: the clients use a share of its cores.
 */
export async function benchSockets(world: World): Promise<string> {
  const floor = await bare();
  const ours = await people(world);
  const line = (name: string, { ring, silent, memory, back }: Figures) =>
    [
      `  ${name.padEnd(22)}`,
      `ring p50 ${ms(ring, 0.5)} p99 ${ms(ring, 0.99)}`,
      ...Object.entries(silent).map(
        ([why, times]) => `${why} → silent p50 ${ms(times, 0.5)} p99 ${ms(times, 0.99)}`,
      ),
      `memory ${memory.toFixed(1)} KiB a socket`,
      `back after kill -9 p50 ${ms(back, 0.5)} all ${ms(back, 1)}`,
    ].join('  ');
  return [
    `${SOCKETS} sockets, ${CALLS_PER_SECOND} calls/s (ms; back: counted from the moment it listens)`,
    line('a bare relay', floor),
    line('tui-call', ours),
  ].join('\n');
}

interface Figures {
  readonly ring: readonly number[];
  /** From the end of a ring until the device was silent. */
  readonly silent: Readonly<Record<string, readonly number[]>>;
  /** KiB of the server's memory for each socket. */
  readonly memory: number;
  readonly back: readonly number[];
}

function ms(times: readonly number[], share: number): string {
  return percentile(times, share).toFixed(1);
}

async function people(world: World): Promise<Figures> {
  const { server } = world;
  const before = await residentBytes(server.url);
  const signedIn = async (userId: string) => {
    const userSig = await world.userSig(userId);
    const person = new TestUser(userId, { server: server.url, userSig });
    await person.signIn();
    return person;
  };
  const crowd = await inTurn(SOCKETS, (index) => signedIn(`socket-${index}`));
  const memory = ((await residentBytes(server.url)) - before) / 1024 / SOCKETS;
  // The second device of each callee who accepts.
  const seconds = await inTurn(CALLS / 2, (index) => signedIn(`socket-${4 * index + 1}`));
  const ring: number[] = [];
  const [accept, cancel]: [number[], number[]] = [[], []];
  await paced(async (index) => {
    const [caller, callee] = [crowd[2 * index], crowd[2 * index + 1]];
    if (caller === undefined || callee === undefined) throw new Error('too few sockets');
    const second = index % 2 === 0 ? seconds[index / 2] : undefined;
    const rings = callee.phase('incoming', 60_000);
    const calling = caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
    ring.push(await rings);
    await calling;
    if (second === undefined) {
      const silent = callee.phase('ended', 60_000);
      await caller.engine.hangup();
      cancel.push(await silent);
      return;
    }
    await second.phase('incoming', 60_000);
    const silent = second.phase('ended', 60_000);
    await callee.engine.accept();
    accept.push(await silent);
    await caller.engine.hangup();
  });
  await server.kill9();
  await Promise.all(crowd.map((one) => one.connection('reconnecting', 60_000)));
  await server.start();
  const back = await Promise.all(crowd.map((one) => one.connection('connected', 120_000)));
  await Promise.all([...crowd, ...seconds].map((one) => one.leave()));
  return { ring, silent: { accept, cancel }, memory, back };
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]);
}

async function bare(): Promise<Figures> {
  let relay = await startRelay('0');
  const { url } = relay;
  const probe = io(url, LIKE_OURS);
  await connected(probe);
  const before = (await probe.emitWithAck('memory')) as number;
  const sockets = await inTurn(SOCKETS, async () => {
    const socket = io(url, LIKE_OURS);
    await connected(socket);
    return socket;
  });
  const memory = (((await probe.emitWithAck('memory')) as number) - before) / 1024 / SOCKETS;
  const ring: number[] = [];
  await paced(async (index) => {
    const [from, to] = [sockets[2 * index], sockets[2 * index + 1]];
    if (from === undefined || to === undefined) throw new Error('too few sockets');
    const since = performance.now();
    const arrived = new Promise<number>((resolve) =>
      to.once('relayed', () => resolve(performance.now() - since)),
    );
    await from.emitWithAck('relay-to', to.id, { type: 'call', mediaType: 'audio' });
    ring.push(await arrived);
  });
  const exited = once(relay.child, 'exit');
  relay.child.kill('SIGKILL');
  await exited;
  await Promise.all(
    sockets.filter((one) => one.connected).map((one) => happens(one, 'disconnect')),
  );
  relay = await startRelay(new URL(url).port);
  const since = performance.now();
  const back = await Promise.all(
    sockets.map(async (one) => {
      if (!one.connected) await connected(one);
      return performance.now() - since;
    }),
  );
  for (const socket of [probe, ...sockets]) socket.disconnect();
  relay.child.kill();
  return { ring, silent: {}, memory, back };
}

/** The same delays between attempts as in our own socket. */
const LIKE_OURS = {
  transports: ['websocket'],
  forceNew: true,
  reconnectionDelay: 300,
  reconnectionDelayMax: 3000,
};

async function startRelay(port: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-relay.ts')], {
    env: { ...process.env, PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

function connected(socket: Socket): Promise<void> {
  return happens(socket, 'connect');
}

function happens(socket: Socket, event: 'connect' | 'disconnect'): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()));
}

async function inTurn<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) {
    const many = Math.min(AT_ONCE, count - made.length);
    const next = Array.from({ length: many }, (_, index) => make(made.length + index));
    made.push(...(await Promise.all(next)));
  }
  return made;
}

/** This many per second, however long each takes. */
async function paced(act: (index: number) => Promise<void>): Promise<void> {
  const all: Promise<void>[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    all.push(act(index));
    await pause(1000 / CALLS_PER_SECOND);
  }
  await Promise.all(all);
}
