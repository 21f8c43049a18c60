import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CombinedCapture, type CaptureKind } from './combined-capture.ts';

const AUDIO = { echoCancellation: true };
const VIDEO = { width: 640 };

test('two devices requested in one task cause one prompt, and each request gets its own tracks', async () => {
  const { capture, asked } = browser();
  const [audio, video] = await Promise.all([
    capture.open('audio', AUDIO),
    capture.open('video', VIDEO),
  ]);
  assert.deepEqual(asked, [{ audio: AUDIO, video: VIDEO }]);
  assert.deepEqual([kinds(audio), kinds(video)], [['audio'], ['video']]);
});

test('a later request causes its own prompt', async () => {
  const { capture, asked } = browser();
  await capture.open('audio', AUDIO);
  await capture.open('video', VIDEO);
  assert.deepEqual(asked, [{ audio: AUDIO }, { video: VIDEO }]);
});

test('a device requested twice in one task is opened twice', async () => {
  const { capture, asked } = browser();
  await Promise.all([capture.open('video', VIDEO), capture.open('video', { width: 1280 })]);
  assert.deepEqual(asked.length, 2);
});

test('a missing camera does not prevent the microphone', async () => {
  const { capture } = browser({ failing: { video: 'NotFoundError' } });
  const [audio, video] = await Promise.allSettled([
    capture.open('audio', AUDIO),
    capture.open('video', VIDEO),
  ]);
  assert.equal(audio.status, 'fulfilled');
  assert.equal(video.status === 'rejected' && nameOf(video.reason), 'NotFoundError');
});

test('a blocked camera does not prevent an allowed microphone', async () => {
  const { capture } = browser({
    failing: { video: 'NotAllowedError' },
    permission: { audio: 'granted', video: 'denied' },
  });
  const [audio, video] = await Promise.allSettled([
    capture.open('audio', AUDIO),
    capture.open('video', VIDEO),
  ]);
  assert.equal(audio.status, 'fulfilled');
  assert.equal(video.status, 'rejected');
});

test('a dismissed prompt is not repeated', async () => {
  const { capture, asked } = browser({
    failing: { audio: 'NotAllowedError', video: 'NotAllowedError' },
    permission: { audio: 'prompt', video: 'prompt' },
  });
  const both = await Promise.allSettled([
    capture.open('audio', AUDIO),
    capture.open('video', VIDEO),
  ]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(asked.length, 1);
});

test('a single failed request is not repeated', async () => {
  const { capture, asked } = browser({ failing: { audio: 'NotReadableError' } });
  await assert.rejects(capture.open('audio', AUDIO), { name: 'NotReadableError' });
  assert.equal(asked.length, 1);
});

interface Behaviour {
  readonly failing?: Partial<Record<CaptureKind, string>>;
  readonly permission?: Partial<Record<CaptureKind, PermissionState>>;
}

/** A fake browser with both devices, apart from the configured failures. */
function browser({ failing = {}, permission = {} }: Behaviour = {}) {
  const asked: MediaStreamConstraints[] = [];
  const capture = new CombinedCapture({
    getUserMedia: async (constraints) => {
      asked.push({ ...constraints });
      const kindsAsked = Object.keys(constraints) as CaptureKind[];
      const failure = kindsAsked.map((kind) => failing[kind]).find((name) => name !== undefined);
      if (failure !== undefined) throw new DOMException('no', failure);
      return streamOf(kindsAsked);
    },
    permission: async (kind) => permission[kind] ?? null,
  });
  return { capture, asked };
}

function streamOf(kindsInIt: readonly CaptureKind[]) {
  const tracks = (wanted: CaptureKind) =>
    kindsInIt.filter((kind) => kind === wanted).map((kind) => ({ kind }) as MediaStreamTrack);
  return { getAudioTracks: () => tracks('audio'), getVideoTracks: () => tracks('video') };
}

function kinds(tracks: readonly MediaStreamTrack[]): string[] {
  return tracks.map(({ kind }) => kind);
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : '';
}
