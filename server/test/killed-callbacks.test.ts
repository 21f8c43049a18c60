import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CallbackReceiver } from '../testing/callback-receiver.ts';
import type { AnswerCallback, ReceivedCallback } from '../testing/callback-receiver.ts';
import { rest } from '../testing/rest-client.ts';

/** 143 calls × 2 events × 7 endpoints = 2,002 deliveries. */
const CALLS = 143;
const TYPES = ['call.started', 'call.ended'];
/** How much faster the time of the server passes: an attempt may take 500 ms instead of 10 s. */
const FACTOR = 20;
const KILLED_AFTER = [CALLS * 3, CALLS * 7];

it('2,002 callbacks survive bad receivers and kills: none is lost, each call is in order', async (t) => {
  const server = await ServerProcess.start(t);
  const state = { allWritten: false };
  const receivers = await Promise.all(
    Object.entries(behaviours(state)).map(([name, answer]) =>
      TrackedReceiver.start(t, name, answer),
    ),
  );
  for (const one of receivers) {
    const body = { url: one.receiver.url, types: TYPES };
    const response = await rest(server, 'POST /v1/callbacks', { body });
    one.id = (response.body as { id: string }).id;
  }
  for (let call = 0; call < CALLS; call += 1) {
    const body = { callerId: `a-${call}`, userIds: [`b-${call}`], mediaType: 'audio' };
    const response = await rest(server, 'POST /v1/calls', { body });
    const { callId } = response.body as { callId: string };
    assert.equal((await rest(server, `DELETE /v1/calls/${callId}`)).status, 204);
  }
  state.allWritten = true;
  const taken = () => receivers.reduce((sum, one) => sum + one.taken.size, 0);
  for (const count of KILLED_AFTER) {
    await until(receivers, () => taken() >= count);
    await server.kill9();
    await server.restart();
  }
  const gone = find(receivers, 'gone');
  await until(receivers, () => gone.answered410);
  await enableAgain(server, gone.id);
  await until(receivers, () => taken() === CALLS * 2 * receivers.length);
  for (const one of receivers) one.assertOrder();
});

/** What each receiver does; each takes every callback in the end. */
function behaviours(state: { allWritten: boolean }): Record<string, Behaviour> {
  return {
    good: () => 'take',
    hangs: ({ attempt }) => (attempt === 1 ? 'hang' : 'take'),
    fails: ({ attempt }) => (attempt <= 2 ? 500 : 'take'),
    gone: ({ isFirst410 }) => (!state.allWritten ? 503 : isFirst410 ? 410 : 'take'),
    busy: ({ count }) => (count % 20 === 1 ? 429 : 'take'),
    redirects: ({ attempt }) => (attempt === 1 ? 307 : 'take'),
    closes: ({ attempt }) => (attempt === 1 ? 'close' : 'take'),
  };
}

interface Situation {
  /** Of this callback. */
  readonly attempt: number;
  /** Of all requests. */
  readonly count: number;
  readonly isFirst410: boolean;
}

type Behaviour = (situation: Situation) => number | 'take' | 'hang' | 'close';

/** A receiver that notes what it has taken, in order. */
class TrackedReceiver {
  readonly name: string;
  readonly receiver: CallbackReceiver;
  /** Callbacks by id, in the order in which they were taken first. */
  readonly taken = new Map<string, ReceivedCallback>();
  readonly #attempts = new Map<string, number>();
  id = '';
  answered410 = false;

  private constructor(name: string, receiver: CallbackReceiver) {
    this.name = name;
    this.receiver = receiver;
  }

  static async start(t: TestContext, name: string, behaviour: Behaviour): Promise<TrackedReceiver> {
    const receiver = await CallbackReceiver.start(t);
    const tracked = new TrackedReceiver(name, receiver);
    receiver.answer = tracked.#answer(behaviour);
    return tracked;
  }

  #answer(behaviour: Behaviour): AnswerCallback {
    return (callback, response) => {
      const attempt = (this.#attempts.get(callback.id) ?? 0) + 1;
      this.#attempts.set(callback.id, attempt);
      const count = this.receiver.received.length;
      const answer = behaviour({ attempt, count, isFirst410: !this.answered410 });
      if (answer === 'hang') return;
      if (answer === 'close') {
        response.destroy();
        return;
      }
      if (answer === 'take') {
        if (!this.taken.has(callback.id)) this.taken.set(callback.id, callback);
        response.writeHead(200).end();
        return;
      }
      this.answered410 ||= answer === 410;
      const headers = { 'retry-after': '5', location: this.receiver.url };
      response.writeHead(answer, headers).end();
    };
  }

  assertOrder(): void {
    const types = new Map<unknown, string[]>();
    for (const { type, data } of this.taken.values()) {
      types.set(data['callId'], [...(types.get(data['callId']) ?? []), type]);
    }
    assert.equal(types.size, CALLS, this.name);
    for (const one of types.values()) assert.deepEqual(one, TYPES, this.name);
  }
}

const find = (receivers: readonly TrackedReceiver[], name: string): TrackedReceiver => {
  const found = receivers.find((one) => one.name === name);
  assert.ok(found);
  return found;
};

/** Waits for callbacks until it is so. */
async function until(receivers: readonly TrackedReceiver[], isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    const next = receivers.map(({ receiver }) => receiver.count(receiver.received.length + 1));
    await Promise.race(next);
  }
}

/** Also if the 410 came in just before a kill, so that the server does not know of it yet. */
async function enableAgain(server: { url: string }, id: string): Promise<void> {
  for (;;) {
    const { body } = await rest(server, `GET /v1/callbacks/${id}`);
    if ((body as { disabled: boolean }).disabled) break;
    const log = await rest(server, `GET /v1/callbacks/${id}/deliveries`);
    const { deliveries } = log.body as { deliveries: { status: string }[] };
    if (deliveries.some(({ status }) => status === 'delivered')) return;
  }
  await rest(server, `PATCH /v1/callbacks/${id}`, { body: { disabled: false } });
}

/** The server in a process of its own, on one file and port. */
class ServerProcess {
  url = '';
  readonly #folder = mkdtempSync(join(tmpdir(), 'tui-call-callbacks-'));
  readonly #since = Date.now();
  #child: ChildProcess | null = null;

  static async start(t: TestContext): Promise<ServerProcess> {
    const server = new ServerProcess();
    t.after(async () => {
      await server.kill9();
      rmSync(server.#folder, { recursive: true });
    });
    await server.restart();
    return server;
  }

  async restart(): Promise<void> {
    const program = fileURLToPath(new URL('../testing/callback-process.ts', import.meta.url));
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const given = [join(this.#folder, 'calls.db'), port, String(this.#since), String(FACTOR)];
    const child = spawn(process.execPath, [program, ...given], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    this.url = String(line).trim();
  }

  async kill9(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
