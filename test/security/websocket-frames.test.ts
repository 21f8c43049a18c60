import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { randomId } from '../../server/shared/random-id.ts';
import { newCommandId } from '../../server/testing/test-client.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { frame, handshake, RawWebsocket } from './support/raw-websocket.ts';
import { connectedUser } from './support/commands.ts';

const KIB = 1024;

/**
 * Frames that are too long, broken, unread or too many.
 * The tests mostly wait for the server, so they run in parallel.
 */
describe('malicious input on the transport', { concurrency: true }, () => {
  it('H23: a frame over 64 KiB is closed with 1009 before its payload arrives', async (t) => {
    const { signInRaw, continues } = await connectedUser(t);
    const eve = await signInRaw('eve');
    eve.send({ sendsBytes: 64 * KIB + 1, payload: '42' });
    assert.equal(await eve.closed(), 1009);
    const vast = await signInRaw('eve');
    vast.send({ sendsBytes: 2 ** 50, payload: '42' });
    assert.equal(await vast.closed(), 1009);
    await continues();
  });

  it('H24: fragments that add up to more than 64 KiB are closed with 1009', async (t) => {
    const { signInRaw, continues } = await connectedUser(t);
    const eve = await signInRaw('eve');
    const payload = 'x'.repeat(KIB);
    eve.send({ payload, isLast: false });
    for (let index = 0; index < 64; index += 1) eve.send({ payload, opcode: 0, isLast: false });
    assert.equal(await eve.closed(), 1009);
    await continues();
  });

  it('H25: the server does not negotiate compression, and a compressed frame is closed with 1002', async (t) => {
    const { url, sig } = await testServer(t);
    const headers = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
    const websocket = await RawWebsocket.open(t, url, headers);
    assert.doesNotMatch(websocket.head, /permessage-deflate/i);
    websocket.text(handshake({ userSig: await sig('alice'), sessionId: randomId() }));
    await websocket.hears((text) => text.includes('"welcome"'));
    websocket.send({ payload: Buffer.alloc(1000), reserved: 4 });
    assert.equal(await websocket.closed(), 1002);
  });

  const broken: Readonly<Record<string, readonly [Buffer, number]>> = {
    'text that is no UTF-8': [frame({ payload: Buffer.from([0xc3, 0x28]) }), 1007],
    'half a surrogate': [frame({ payload: Buffer.from([0xed, 0xa0, 0x80]) }), 1007],
    'a reserved bit': [frame({ payload: '42', reserved: 1 }), 1002],
    'no mask': [frame({ payload: '42', isMasked: false }), 1002],
    'opcode 3': [frame({ payload: '42', opcode: 3 }), 1002],
    'opcode 15': [frame({ payload: '42', opcode: 15 }), 1002],
    'a continuation of nothing': [frame({ payload: '42', opcode: 0 }), 1002],
    'a ping in two parts': [frame({ opcode: 9, isLast: false }), 1002],
    'a ping of 126 bytes': [frame({ opcode: 9, payload: 'x'.repeat(126) }), 1002],
    'a close code nobody may use': [frame({ opcode: 8, payload: Buffer.from([3, 237]) }), 1002],
    'a close of one byte': [frame({ opcode: 8, payload: 'x' }), 1002],
    'a new message inside another': [
      Buffer.concat([frame({ payload: '4', isLast: false }), frame({ payload: '2' })]),
      1002,
    ],
  };
  for (const [what, [bytes, code]] of Object.entries(broken)) {
    it(`H26: ${what} is closed with ${code}`, async (t) => {
      const { signInRaw, continues } = await connectedUser(t);
      const eve = await signInRaw('eve');
      eve.connection.send(bytes);
      assert.equal(await eve.closed(), code);
      await continues();
    });
  }

  it('H27: a binary frame ends the connection, even when a text frame announced it', async (t) => {
    const { signInRaw, continues } = await connectedUser(t);
    const eve = await signInRaw('eve');
    eve.send({ payload: Buffer.from([0, 1, 2, 255]), opcode: 2 });
    assert.equal(await eve.closed(), 1005);
    const many = await signInRaw('eve');
    many.text('4511-["command",{"_placeholder":true,"num":0}]');
    assert.equal(await many.closed(), 1005);
    const announced = await signInRaw('eve');
    announced.text('451-["command",{"_placeholder":true,"num":0}]');
    announced.send({ payload: Buffer.from('bytes'), opcode: 2 });
    announced.text('451-0["command",{"_placeholder":true,"num":7}]');
    announced.send({ payload: Buffer.from('bytes'), opcode: 2 });
    assert.equal(await announced.closed(), 1005);
    await continues();
  });

  it('H37: a client that does not read is disconnected at 1 MiB, even when it sends heartbeats', async (t) => {
    const { url, sig, signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const eve = await RawWebsocket.signIn(t, url, await sig('eve'));
    eve.connection.stopReading();
    const { call } = await alice.call(['bob', 'eve'], { userData: 'x'.repeat(4096) });
    await bob.ask('accept', { callId: call.callId });
    let asked = 0;
    // Each answer returns the call with its 4 KiB payload.
    const knownCallIds = [call.callId];
    const size = async () =>
      /tui_call_sessions (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
    while ((await size()) === '3') {
      assert.ok(asked < 20_000, 'it is cut off at some time');
      for (let index = 0; index < 100; index += 1) {
        eve.command(
          { type: 'sync', id: newCommandId(), knownCallIds, missedSince: null },
          (asked += 1),
        );
      }
      eve.text('3');
    }
    await alice.ask('hangup', { callId: call.callId });
    t.diagnostic(`cut off after ${asked} answers of 5 KiB`);
  });

  const floods: Readonly<Record<string, Buffer>> = {
    'pings of the websocket': frame({ opcode: 9, payload: 'x'.repeat(100) }),
    'pongs of the websocket': frame({ opcode: 10 }),
    'heartbeats nobody asked for': frame({ payload: '3' }),
    'events nobody knows': frame({ payload: '42["nothing"]' }),
    'answers to nothing': frame({ payload: '431[]' }),
    'namespaces nobody has': frame({ payload: '40/nothing,' }),
    'fragments of one byte': frame({ payload: 'x', opcode: 0, isLast: false }),
    'fragments of no byte': frame({ opcode: 0, isLast: false }),
  };
  for (const [what, one] of Object.entries(floods)) {
    it(`H38: a flood of ${what} is counted and closed`, async (t) => {
      const { url, sig } = await testServer(t, { rates: DEFAULT_RATES });
      const eve = await RawWebsocket.signIn(t, url, await sig('eve'));
      if (what.startsWith('fragments')) {
        eve.answersHeartbeats = false;
        eve.send({ payload: '4', isLast: false });
      }
      const burst = Buffer.concat(Array.from({ length: 1000 }, () => one));
      let sent = 0;
      while (!eve.connection.isEnded && sent < 1000) {
        eve.connection.send(burst);
        sent += 1;
        await fetch(`${url}/health`);
      }
      const closeCode = await eve.closed();
      t.diagnostic(`closed with ${closeCode} after ${sent} times 1000`);
      // Counted one by one: the limit on bytes alone would allow a hundred times as many.
      if (!what.startsWith('fragments')) assert.ok(sent < 50, `${sent}`);
      // Either the fragment limit of ws or the limit on bytes applies.
      assert.ok(closeCode === 4429 || closeCode === 1008 || closeCode === 1009, String(closeCode));
    });
  }
});
