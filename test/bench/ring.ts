import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { io, type Socket } from 'socket.io-client';
import {
  decodeAnswer,
  decodeServerMessage,
  PROTOCOL_VERSION,
  type CallView,
} from '../../src/protocol/index.ts';
import type { World } from '../e2e/support/world.ts';
import { percentile, report } from './measure.ts';

const ROUNDS = 400;
/** A server that has run for a while has compiled its code. */
const WARM_UP = 300;
/** Pairs of users that call at the same time. */
const PAIRS = 16;
const CALLS_OF_A_PAIR = 50;

/**
 * invite → ring: from alice's `call` command to bob's view of a ringing call (a durable commit lies in
 * between), beside a bare socket.io relay; both from one client process, in turns.
 */
export async function benchRing(world: World): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tui-call-bench-'));
  const relay = spawn(process.execPath, [join(import.meta.dirname, 'bare-relay.ts')], {
    env: { ...process.env, RELAY_DATABASE: join(folder, 'relay.db') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: relay.stdout }), 'line')) as [string];
  const sockets = [
    io(url, WEBSOCKET),
    io(url, WEBSOCKET),
    await signIn(world, 'alice'),
    await signIn(world, 'bob'),
  ] as const;
  const [left, right, alice, bob] = sockets;
  await Promise.all([connected(left), connected(right)]);
  try {
    const floor: number[] = [];
    const committed: number[] = [];
    const ours: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      const bare = await relayOnce(left, right, 'relay');
      const durable = await relayOnce(left, right, 'relay-committed');
      const ring = await ringOnce(alice, bob);
      if (round < 0) continue;
      floor.push(bare);
      committed.push(durable);
      ours.push(ring);
    }
    const ring = { name: 'call command → ringing view, committed', times: ours };
    return [
      report('invite → ring (ms)', { name: 'a bare socket.io relay', times: floor }, ring, 2),
      report(
        'invite → ring beside a relay that commits as much',
        { name: 'a socket.io relay with a commit', times: committed },
        ring,
        1.5,
      ),
      await throughput(world, url),
      `  fsync of this disk (ms)  p50 ${percentile(fsyncs(folder), 0.5).toFixed(2)}`,
    ].join('\n');
  } finally {
    for (const socket of sockets) socket.disconnect();
    relay.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Calls set up and ended by many pairs at once. Beside them two messages for each call, each after a commit. */
async function throughput(world: World, relayUrl: string): Promise<string> {
  const pairs = await Promise.all(
    Array.from({ length: PAIRS }, async (_, pair) => {
      const relay = [io(relayUrl, WEBSOCKET), io(relayUrl, WEBSOCKET)] as const;
      await Promise.all(relay.map(connected));
      const [caller, callee] = [`caller-${pair}`, `callee-${pair}`];
      const ours = [await signIn(world, caller), await signIn(world, callee)] as const;
      return { relay, ours, callee };
    }),
  );
  const perSecond = async (round: (pair: (typeof pairs)[number]) => Promise<unknown>) => {
    const started = performance.now();
    await Promise.all(
      pairs.map(async (pair) => {
        for (let count = 0; count < CALLS_OF_A_PAIR; count += 1) await round(pair);
      }),
    );
    return (PAIRS * CALLS_OF_A_PAIR * 1000) / (performance.now() - started);
  };
  const floor = await perSecond(async ({ relay: [from, to] }) => {
    for (const type of ['call', 'hangup'])
      await from.emitWithAck('relay-to-committed', to.id, { type, mediaType: 'video' });
  });
  const calls = await perSecond(({ ours: [from, to], callee }) => ringOnce(from, to, callee));
  for (const { relay, ours } of pairs)
    for (const socket of [...relay, ...ours]) socket.disconnect();
  return `${PAIRS} pairs at once: ${calls.toFixed(0)} calls set up and ended a second, beside ${floor.toFixed(0)} by the relay with two commits: ${(calls / floor).toFixed(2)} (goal: at least 400, or 0.8)`;
}

/** How long this disk takes to keep a page. */
function fsyncs(folder: string): readonly number[] {
  const file = openSync(join(folder, 'fsync'), 'w');
  try {
    return Array.from({ length: 200 }, () => {
      writeSync(file, Buffer.alloc(4096));
      const started = performance.now();
      fsyncSync(file);
      return performance.now() - started;
    });
  } finally {
    closeSync(file);
  }
}

const WEBSOCKET = { transports: ['websocket'], forceNew: true };
const newId = () => randomBytes(16).toString('base64url');

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.connected) resolve();
    else socket.once('connect', resolve);
  });
}

async function signIn(world: World, userId: string): Promise<Socket> {
  const auth = {
    protocol: PROTOCOL_VERSION,
    userId,
    userSig: await world.userSig(userId),
    sessionId: newId(),
  };
  const socket = io(world.server.url, { ...WEBSOCKET, auth });
  await connected(socket);
  return socket;
}

async function relayOnce(
  from: Socket,
  to: Socket,
  event: 'relay' | 'relay-committed',
): Promise<number> {
  const started = performance.now();
  const arrived = new Promise<number>((resolve) =>
    to.once('relayed', () => resolve(performance.now() - started)),
  );
  await from.emitWithAck(event, { type: 'call', userIds: ['bob'], mediaType: 'video' });
  return arrived;
}

async function ringOnce(from: Socket, to: Socket, callee = 'bob'): Promise<number> {
  const started = performance.now();
  const rings = nextView(to, (call) => call.status === 'ringing').then(
    () => performance.now() - started,
  );
  const command = {
    type: 'call',
    id: newId(),
    userIds: [callee],
    mediaType: 'video',
    groupId: '',
    timeout: 30,
    userData: '',
  };
  const answer = decodeAnswer('call', await from.emitWithAck('command', command));
  if (!answer.ok) throw new Error(`${answer.error.name}: ${answer.error.message}`);
  const took = await rings;
  const ended = nextView(to, (call) => call.status === 'ended');
  await from.emitWithAck('command', { type: 'hangup', id: newId(), callId: answer.call.callId });
  await ended;
  return took;
}

function nextView(socket: Socket, wanted: (call: CallView) => boolean): Promise<CallView> {
  return new Promise((resolve) => {
    const look = (frame: unknown) => {
      const message = decodeServerMessage(frame);
      if (message?.type !== 'call-changed' || !wanted(message.call)) return;
      socket.off('message', look);
      resolve(message.call);
    };
    socket.on('message', look);
  });
}
