import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readAudioEnergy, readReceiver, readSender } from './stats.ts';

test('reads frames, packets and the network path of a received track', () => {
  const stats = readReceiver(
    report(
      { type: 'inbound-rtp', framesDecoded: 30, packetsReceived: 100, packetsLost: 4 },
      { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 },
      { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.05 },
    ),
  );
  assert.deepEqual(stats, {
    framesDecoded: 30,
    packets: { arrived: 100, lost: 4 },
    roundTripMs: 50,
  });
});

test('adds the layers of a sent video, and uses the longest of their round trips', () => {
  const stats = readSender(
    report(
      { type: 'outbound-rtp', packetsSent: 60 },
      { type: 'outbound-rtp', packetsSent: 40 },
      { type: 'remote-inbound-rtp', packetsLost: 5, roundTripTime: 0.1 },
      { type: 'remote-inbound-rtp', packetsLost: 0, roundTripTime: 0.2 },
    ),
  );
  assert.deepEqual(stats, { reported: { arrived: 95, lost: 5 }, roundTripMs: 200 });
});

test('reports nothing about a sent track before the first report of the receiver', () => {
  const stats = readSender(report({ type: 'outbound-rtp', packetsSent: 60 }));
  assert.deepEqual(stats, { reported: null, roundTripMs: null });
});

test('reads the audio energy of a received and of a captured track, or null', () => {
  const measured = { totalAudioEnergy: 2, totalSamplesDuration: 8 };
  const expected = { energy: 2, seconds: 8 };
  assert.deepEqual(readAudioEnergy(report({ type: 'inbound-rtp', ...measured })), expected);
  assert.deepEqual(readAudioEnergy(report({ type: 'media-source', ...measured })), expected);
  assert.equal(readAudioEnergy(report({ type: 'outbound-rtp', packetsSent: 1 })), null);
});

function report(...entries: Record<string, unknown>[]): RTCStatsReport {
  return new Map(entries.map((entry, n) => [String(n), entry]));
}
