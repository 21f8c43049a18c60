import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readAudioEnergy, readSender, ReceiverReader } from './stats.ts';

test('reads frames and packets of a received track, and reads later reports by the id of its entry', () => {
  const reader = new ReceiverReader();
  const inbound = { type: 'inbound-rtp', framesDecoded: 30, packetsReceived: 100, packetsLost: 4 };
  const track = {};
  const first = new CountedReport([
    ['CP', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 9 }],
    ['IT', inbound],
  ]);
  assert.deepEqual(reader.read(track, first), {
    framesDecoded: 30,
    packets: { arrived: 100, lost: 4 },
  });
  const later = new CountedReport([...first, ['IT', { ...inbound, framesDecoded: 60 }]]);
  assert.equal(reader.read(track, later)?.framesDecoded, 60);
  assert.equal(later.read, 0);
  // Another receiver, after a reconnection.
  const renamed = new CountedReport([['IT2', { ...inbound, framesDecoded: 1 }]]);
  assert.equal(reader.read(track, renamed)?.framesDecoded, 1);
  assert.equal(reader.read({}, report({ type: 'transport' })), null);
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

/** Counts the entries that were read other than by their id. */
class CountedReport extends Map<string, Record<string, unknown>> {
  read = 0;

  override *[Symbol.iterator](): MapIterator<[string, Record<string, unknown>]> {
    for (const entry of super.entries()) {
      this.read += 1;
      yield entry;
    }
  }
}
