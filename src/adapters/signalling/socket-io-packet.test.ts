import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePacket, encodeCommand, encodeConnect } from './socket-io-packet.ts';

test('packets of a connection are understood', () => {
  const packets = {
    '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1}': {
      type: 'open',
      heartbeatTimeoutMs: 45_000,
    },
    '2': { type: 'ping' },
    '40{"sid":"b"}': { type: 'connected' },
    '40': { type: 'connected' },
    '44{"message":"no","data":{"name":"blocked"}}': { type: 'refused', data: { name: 'blocked' } },
    '44{"message":"no"}': { type: 'refused', data: undefined },
    '42["message",{"type":"welcome"}]': { type: 'message', message: { type: 'welcome' } },
    '42["message","line\u2028 and\\nline"]': { type: 'message', message: 'line\u2028 and\nline' },
    '4312[{"ok":true}]': { type: 'ack', id: 12, result: { ok: true } },
    '41': { type: 'closed' },
    '1': { type: 'closed' },
    '6': { type: 'ignored' },
    '42["another",1]': { type: 'ignored' },
  };
  for (const [frame, packet] of Object.entries(packets)) {
    assert.deepEqual(decodePacket(frame), packet, frame);
  }
});

test('whatever else comes is broken, and never throws', () => {
  const frames = [
    ...['', 'x', '7', '0', '0{}', '0{"pingInterval":1}', '42[', '42{"a":', '43', '431{}', '431'],
    ...['45-["message",{"_placeholder":true,"num":0}]', '46-1[1]', '40/other,', '3probe', 'b4AAE='],
    ...[new ArrayBuffer(2), null, undefined, 4, { type: 'ping' }],
  ];
  for (const frame of frames) {
    assert.equal(decodePacket(frame).type, 'invalid', JSON.stringify(frame));
  }
});

test('commands and handshakes are written as a Socket.IO server reads them', () => {
  assert.equal(encodeConnect({ userSig: 'x' }), '40{"userSig":"x"}');
  assert.equal(encodeCommand(7, { type: 'sync' }), '427["command",{"type":"sync"}]');
});
