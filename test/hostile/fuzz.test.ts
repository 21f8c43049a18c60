import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { decodeServerMessage, ERRORS, isErrorName } from '../../src/protocol/index.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { DEFAULT_RATES } from '../../server/config.ts';
import { running } from '../../server/testing/running.ts';
import { newCommandId } from '../../server/testing/test-client.ts';
import type { TestClient } from '../../server/testing/test-client.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { hostileTexts } from './support/hostile-frames.ts';
import { RawWebsocket } from './support/raw-websocket.ts';

/** So many at each run; `FUZZ_FRAMES=100000` tries more. */
const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 20_000);
const SENDERS = 8;
const BATCH = 250;
/** The number of a batch's last command. */
const LAST = 2_000_000;
/** Of the processor's time, the senders' own included: what else the machine does is not counted. */
const MOST_MS_PER_FRAME = 1;
const USERS = 50;
/** A call of two beside every so many batches. */
const CALL_EVERY = 10;
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1e9);

/** The limits would answer most of them: they stand aside, so that everything is decoded. */
const RATES = {
  ...DEFAULT_RATES,
  callsPerMinute: 1e9,
  callsPerPairPerMinute: 1e9,
  commandsPerSecond: 1e9,
  commandBurst: 1e9,
  connectsPerMinute: 1e9,
};

it('fuzzed frames: every answer is one there is, nothing fails inside, and a call beside them goes through', async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED}`);
  const server = await testServer(t, { rates: RATES });
  const [alice, bob] = [await server.signIn('well-behaved'), await server.signIn('well-called')];
  // All of now: the server's clock stands still.
  const userSigs = await Promise.all(
    Array.from({ length: USERS }, (_, index) => server.sig(`user-${index}`)),
  );
  const startedAt = process.cpuUsage();
  const tally: Tally = { sent: 0, answers: 0, refused: new Map(), ended: 0 };
  let heapAfterFirstFifth = 0;
  let calls = 0;
  for (let batch = 0; tally.sent < FRAMES; batch += SENDERS) {
    const senders = Array.from({ length: SENDERS }, (_, index) =>
      sendBatch(
        () => RawWebsocket.signIn(t, server.url, userSigs[(batch + index) % USERS] ?? ''),
        batch + index,
        tally,
      ),
    );
    await Promise.all(senders);
    if (batch % (CALL_EVERY * SENDERS) === 0) {
      await wholeCall(alice, bob);
      calls += 1;
    }
    if (heapAfterFirstFifth === 0 && tally.sent > FRAMES / 5) heapAfterFirstFifth = heapInUse();
  }
  await wholeCall(alice, bob);
  const { user, system } = process.cpuUsage(startedAt);
  const tookMs = Math.round((user + system) / 1000);
  const grown = (heapInUse() - heapAfterFirstFifth) / 1024 / 1024;
  const names = [...tally.refused].map(([name, count]) => `${name} ${count}`).join(', ');
  t.diagnostic(
    `${tally.sent} frames in ${tookMs} ms of processor time, ${tally.answers} answers (${names})`,
  );
  t.diagnostic(`${tally.ended} connections ended, ${calls + 1} calls beside them`);
  t.diagnostic(`heap grown by ${grown.toFixed(1)} MiB in the last four fifths`);
  assert.ok(tookMs < FRAMES * MOST_MS_PER_FRAME, `${tookMs} ms`);
  // Calls that ring without end, and what the senders' own tests hold, are in it.
  assert.ok(grown < FRAMES / 1024, `${grown} MiB: more than 1 KiB a frame`);
  assert.ok(tally.answers > FRAMES / 2, 'most of them were decoded and answered');
  assert.equal((await fetch(`${server.url}/ready`)).status, 200);
});

interface Tally {
  sent: number;
  answers: number;
  ended: number;
  readonly refused: Map<string, number>;
}

/** So many texts of one user: what has to be answered on one connection, what may end it on others. */
async function sendBatch(signIn: () => Promise<RawWebsocket>, batch: number, tally: Tally) {
  const texts = fc.sample(hostileTexts, { numRuns: BATCH, seed: SEED + batch });
  const commands = texts.filter(({ mayEnd }) => !mayEnd);
  const socket = await signIn();
  for (const { text } of commands) socket.text(text);
  // The last to be answered: then all of them are.
  const sync = { type: 'sync', id: newCommandId(), knownCallIds: [], missedSince: null };
  socket.command(sync, LAST);
  await socket.answer(LAST);
  judge(socket, tally);
  socket.connection.destroy();
  tally.sent += commands.length;
  let other: RawWebsocket | null = null;
  for (const { text } of texts.filter(({ mayEnd }) => mayEnd)) {
    other ??= await signIn();
    other.text(text);
    tally.sent += 1;
    if ((await other.pongOrClosed()) === 'pong') continue;
    judge(other, tally);
    tally.ended += 1;
    other = null;
  }
  if (other === null) return;
  judge(other, tally);
  other.connection.destroy();
}

/** All that the server said on it is in the protocol. */
function judge({ texts }: RawWebsocket, tally: Tally): void {
  for (const text of texts) {
    const [, kind = '', body = ''] = /^(0|1|2|40|41|42|43\d*|44)(.*)$/s.exec(text) ?? [];
    assert.notEqual(kind, '', `no packet we know: ${text.slice(0, 200)}`);
    if (kind.startsWith('43')) judgeAnswer(JSON.parse(body) as readonly unknown[], tally);
    if (kind === '42') {
      const [event, message] = JSON.parse(body) as readonly unknown[];
      assert.equal(event, 'message');
      assert.ok(decodeServerMessage(message), body.slice(0, 200));
    }
  }
}

function judgeAnswer([answer, ...more]: readonly unknown[], tally: Tally): void {
  assert.equal(more.length, 0);
  tally.answers += 1;
  const { ok, error } = answer as { ok: boolean; error?: ErrorShape };
  if (ok) return;
  assert.ok(error && isErrorName(error.name), JSON.stringify(answer));
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'name', 'retryable']);
  assert.equal(error.code, ERRORS[error.name].code);
  // Anything the server did not foresee.
  assert.notEqual(error.name, 'internal-error', `seed ${SEED}`);
  assert.doesNotMatch(error.message, /node_modules|\.ts:\d|SQLITE|Cannot read/);
  tally.refused.set(error.name, (tally.refused.get(error.name) ?? 0) + 1);
}

async function wholeCall(alice: TestClient, bob: TestClient): Promise<void> {
  const callId = await running(alice, bob);
  await bob.ask('hangup', { callId });
  await alice.sees((call) => call.callId === callId && call.status === 'ended');
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
