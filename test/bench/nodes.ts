import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { NodeWorld } from '../stores/support/node-world.ts';
import type { CallServer } from '../e2e/support/call-server.ts';
import { percentile } from './measure.ts';

const CALLS = Number(process.env['BENCH_NODE_CALLS'] ?? 600);
/** The work of one node is spread over three: each has to compile its code before. */
const WARM_UP = 300;
const IDLE_MS = 5_000;
/** Of the kernel's accounting. */
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface Figures {
  readonly ring: readonly number[];
  /** ms a second of all nodes, without calls. */
  readonly idleCpu: number;
  /** ms, beyond that of idle nodes. */
  readonly cpuPerCall: number;
  readonly postgresCpuPerCall: number;
  readonly statementsPerCall: number;
}

/** Calls set up and ended on one node of one, and across the nodes of three, on Postgres and Redis. */
export async function benchNodes(): Promise<string> {
  const one = await measured(1);
  const three = await measured(3);
  const line = (name: string, figures: Figures) =>
    [
      `  ${name.padEnd(22)}`,
      `ring p50 ${percentile(figures.ring, 0.5).toFixed(2)} p95 ${percentile(figures.ring, 0.95).toFixed(2)}`,
      `node CPU ${figures.cpuPerCall.toFixed(2)} a call and ${figures.idleCpu.toFixed(1)} a second`,
      `Postgres CPU ${figures.postgresCpuPerCall.toFixed(2)} a call`,
      `${figures.statementsPerCall.toFixed(1)} statements a call`,
    ].join('  ');
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  return [
    `${CALLS} calls on Postgres, one after the other (ms)`,
    line('one node', one),
    line('three nodes, across', three),
    `  ring across / within: ${ratio(percentile(three.ring, 0.5), percentile(one.ring, 0.5))} (goal: at most 2.5)`,
    `  node CPU three / one: ${ratio(three.cpuPerCall, one.cpuPerCall)} (goal: at most 1.2)`,
  ].join('\n');
}

async function measured(count: number): Promise<Figures> {
  const world = await NodeWorld.start(count);
  try {
    const [first, second] = [world.nodes[0], world.nodes.at(-1)];
    const caller = await world.user('caller', first);
    const callee = await world.user('callee', second);
    const ring: number[] = [];
    let before = snapshot(world.nodes, 0, 0);
    let idleCpu = 0;
    for (let round = -WARM_UP; round < CALLS; round += 1) {
      if (round === 0) {
        idleCpu = await idle(world);
        before = await look(world);
      }
      const rings = callee.phase('incoming');
      const calling = caller.engine.calls('callee', 'audio', { timeout: 60 });
      const took = await rings;
      await calling;
      if (round >= 0) ring.push(took);
      await caller.engine.hangup();
      await callee.until('idle again', ({ phase }) => phase === 'idle' || phase === 'ended');
    }
    const after = await look(world);
    return {
      ring,
      idleCpu,
      cpuPerCall: (after.nodes - before.nodes - (idleCpu * (after.at - before.at)) / 1000) / CALLS,
      postgresCpuPerCall: (after.postgres - before.postgres) / CALLS,
      statementsPerCall: (after.statements - before.statements) / CALLS,
    };
  } finally {
    await world.stop();
  }
}

async function idle(world: NodeWorld): Promise<number> {
  const before = snapshot(world.nodes, 0, 0);
  await pause(IDLE_MS);
  const after = snapshot(world.nodes, 0, 0);
  return ((after.nodes - before.nodes) / (after.at - before.at)) * 1000;
}

/** CPU so far, in ms. */
function snapshot(nodes: readonly CallServer[], postgres: number, statements: number) {
  const cpu = nodes.reduce((sum, { pid }) => sum + cpuMs(pid), 0);
  return { nodes: cpu, postgres, statements, at: performance.now() };
}

async function look(world: NodeWorld) {
  const backends = await world.postgres.sql('select pid from pg_stat_activity');
  const postgres = backends.reduce((sum, { pid }) => sum + cpuMs(Number(pid)), 0);
  let statements = 0;
  for (const { url } of world.nodes) {
    const text = await (await fetch(`${url}/metrics`)).text();
    statements += Number(/^tui_call_statements (\d+)/m.exec(text)?.[1] ?? 0);
  }
  return snapshot(world.nodes, postgres, statements);
}

function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    // utime and stime, the 14th and 15th of all.
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000;
  } catch {
    return 0;
  }
}
