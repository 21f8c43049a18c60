import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { decodeServerMessage, ERRORS, isErrorName } from '../../src/protocol/index.ts';
import type { CallId, ErrorShape } from '../../src/protocol/index.ts';
import { createUserSig } from '../../server/auth/user-sig.ts';
import { startActiveCall } from '../../server/testing/active-call.ts';
import { newCommandId, TestClient } from '../../server/testing/test-client.ts';
import { SECRET } from '../../server/testing/test-server.ts';
import { FuzzServer, type Held } from './support/fuzz-server.ts';
import { fuzzTexts } from './support/fuzz-frames.ts';
import { RawWebsocket } from './support/raw-websocket.ts';

/** Number of frames per run; `FUZZ_FRAMES=1000000` tries more. */
const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 100_000);
const SENDERS = 8;
const BATCH = 250;
/** The number of a batch's last command. */
const LAST = 2_000_000;
/** Measures the server's own processor time, without other load of the machine. */
const MAX_MS_PER_FRAME = 1;
const USERS = 50;
/** Longer than any ring, and than the grace time of a caller who called without a limit. */
const ALL_RINGS_MS = 700_000;
const MIB = 1024 * 1024;
const MAX_HEAP_GROWTH = 8 * MIB;
/** A new seed for each run; `FUZZ_SEED` sends the same frames again. */
const SEED = Number(process.env['FUZZ_SEED'] ?? (Math.random() * 2 ** 31) | 0);

it('fuzzed frames: every answer is a defined one, nothing fails inside or leaks, and parallel calls continue', async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED} node --test test/security/fuzz.test.ts`);
  const server = await FuzzServer.start(t);
  const [alice, bob, carol, dave] = await fourPeople(t, server.url);
  const lasting = await startActiveCall(carol, dave);
  // All of them stay valid: the server's clock stands still.
  const userSigs = await Promise.all(
    Array.from({ length: USERS }, (_, index) => createUserSig(SECRET, `user-${index}`)),
  );
  const tally: Tally = { sent: 0, batches: 0, answers: 0, refused: new Map(), ended: 0, calls: 0 };
  const sendUntil = async (sent: number): Promise<void> => {
    while (tally.sent < sent) {
      const first = tally.batches;
      tally.batches += SENDERS;
      const senders = Array.from({ length: SENDERS }, (_, index) => {
        const userSig = userSigs[(first + index) % USERS] ?? '';
        return sendBatch(() => RawWebsocket.signIn(t, server.url, userSig), first + index, tally);
      });
      // In parallel, a call between two other users, from its ring to its end.
      await Promise.all([...senders, wholeCall(alice, bob)]);
      tally.calls += 1;
    }
    await atRest(server);
  };
  // The server has allocated its one-time state by then.
  await sendUntil(FRAMES / 5);
  const before = await server.held();
  await sendUntil(FRAMES);
  const after = await server.held();
  await wholeCall(alice, bob);
  await continues(lasting, carol, dave);
  report(t, tally, before, after);
  assert.equal(server.complaints, '');
  assert.ok(server.isUp);
  assert.equal((await fetch(`${server.url}/ready`)).status, 200);
  assert.ok(tally.answers > FRAMES / 2, 'most of them were decoded and answered');
  assert.ok(after.processorMs < FRAMES * MAX_MS_PER_FRAME, `${after.processorMs} ms`);
  assert.ok(after.heapBytes - before.heapBytes < MAX_HEAP_GROWTH, 'memory is kept');
  // The connections of the metrics requests open and close.
  assert.ok(after.sockets <= before.sockets + 3, 'sockets are kept');
});

function report(t: TestContext, tally: Tally, before: Held, after: Held): void {
  const names = [...tally.refused].map(([name, count]) => `${name} ${count}`).join(', ');
  const grown = ((after.heapBytes - before.heapBytes) / MIB).toFixed(1);
  t.diagnostic(`${tally.sent} frames, ${tally.answers} answers (${names})`);
  t.diagnostic(`${tally.ended} connections ended; ${tally.calls} calls beside them`);
  t.diagnostic(
    `${Math.round(after.processorMs)} ms of the server's processor time; in the last four fifths its heap ` +
      `grew by ${grown} MiB; ${after.sockets} sockets are left`,
  );
}

interface Tally {
  sent: number;
  batches: number;
  /** Complete calls of other users, in parallel. */
  calls: number;
  answers: number;
  ended: number;
  readonly refused: Map<string, number>;
}

/** Sends the texts of one user: some on one connection, those that may end it on connections of their own. */
async function sendBatch(signIn: () => Promise<RawWebsocket>, batch: number, tally: Tally) {
  const texts = fc.sample(fuzzTexts, { numRuns: BATCH, seed: SEED + batch });
  const commands = texts.filter(({ mayEnd }) => !mayEnd);
  const socket = await signIn();
  for (const { text } of commands) socket.text(text);
  // The last to be answered: then all of them are answered.
  const sync = { type: 'sync', id: newCommandId(), knownCallIds: [], missedSince: null };
  socket.command(sync, LAST);
  await socket.answer(LAST);
  check(socket, tally);
  socket.connection.destroy();
  tally.sent += commands.length;
  let other: RawWebsocket | null = null;
  for (const { text } of texts.filter(({ mayEnd }) => mayEnd)) {
    other ??= await signIn();
    other.text(text);
    tally.sent += 1;
    if ((await other.pongOrClosed()) === 'pong') continue;
    check(other, tally);
    tally.ended += 1;
    other = null;
  }
  if (other === null) return;
  check(other, tally);
  other.connection.destroy();
}

/** Every message that the server sent on it conforms to the protocol. */
function check({ texts }: RawWebsocket, tally: Tally): void {
  for (const text of texts) {
    const [, kind = '', body = ''] = /^(0|1|2|40|41|42|43\d*|44)(.*)$/s.exec(text) ?? [];
    assert.notEqual(kind, '', `no packet we know: ${text.slice(0, 200)}`);
    if (kind.startsWith('43')) checkAnswer(JSON.parse(body) as readonly unknown[], tally);
    if (kind === '42') {
      const [event, message] = JSON.parse(body) as readonly unknown[];
      assert.equal(event, 'message');
      assert.ok(decodeServerMessage(message), body.slice(0, 200));
    }
  }
}

function checkAnswer([answer, ...more]: readonly unknown[], tally: Tally): void {
  assert.equal(more.length, 0);
  tally.answers += 1;
  const { ok, error } = answer as { ok: boolean; error?: ErrorShape };
  if (ok) return;
  assert.ok(error && isErrorName(error.name), JSON.stringify(answer));
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'name', 'retryable']);
  assert.equal(error.code, ERRORS[error.name].code);
  // Any error the server did not foresee.
  assert.notEqual(error.name, 'internal-error', `seed ${SEED}`);
  assert.doesNotMatch(error.message, /node_modules|\.ts:\d|SQLITE|Cannot read/);
  tally.refused.set(error.name, (tally.refused.get(error.name) ?? 0) + 1);
}

async function fourPeople(t: TestContext, url: string) {
  const signIn = async (name: string): Promise<TestClient> => {
    const userSig = await createUserSig(SECRET, name);
    const client = await TestClient.connect({ url, userSig });
    t.after(() => client.close());
    return client;
  };
  const [alice, bob] = [await signIn('well-behaved'), await signIn('well-called')];
  return [alice, bob, await signIn('long-talking'), await signIn('long-talked-to')] as const;
}

/** Every call has ended except the one long call, and only its users and those of the parallel calls remain. */
async function atRest(server: FuzzServer): Promise<void> {
  await server.settlesAt('tui_call_sessions', 4);
  await server.pass(ALL_RINGS_MS);
  await server.settlesAt('tui_call_live_calls', 1);
}

async function wholeCall(alice: TestClient, bob: TestClient): Promise<void> {
  const callId = await startActiveCall(alice, bob);
  await bob.ask('hangup', { callId });
  await alice.nextView((call) => call.callId === callId && call.status === 'ended');
}

/** The call is still active, and no other user has ended it. */
async function continues(callId: CallId, carol: TestClient, dave: TestClient): Promise<void> {
  const { call } = await dave.ask('hangup', { callId });
  assert.equal(`${call.endReason} by ${call.endedBy}`, 'hangup by long-talked-to');
  await carol.nextView((one) => one.callId === callId && one.status === 'ended');
}
