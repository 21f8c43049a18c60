import { RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import { EffectError } from './effect-error.ts';
import { NOISE_FILES } from './noise-files.ts';
import type { OpenOptions, ProcessedTrack } from './processed-track.ts';
import { probeWebAssembly } from './webassembly-probe.ts';
import { within } from './within.ts';

/** RNNoise supports no other rate. */
const SAMPLE_RATE = 48_000;
/** A busy device takes seconds to start the worklet. */
const START_LIMIT_MS = 10_000;
const POLL_MS = 20;
const CHECK_MS = 500;
/** After so many checks without progress, the sound has stopped. */
const MAX_MISSED = 3;

/** A WebAssembly module with one SIMD instruction. */
const SIMD_MODULE = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3],
  ...[2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
]);

/** Opens the microphone's track without noise: RNNoise in an audio worklet. */
export async function openNoiseSuppression({
  raw,
  signal,
  failed,
}: OpenOptions<'strong'>): Promise<ProcessedTrack<'strong'>> {
  await probeWebAssembly();
  if (typeof AudioWorkletNode === 'undefined') throw new EffectError('not-supported-here');
  if (signal.aborted) throw new EffectError('stopped');
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  const ended = new AbortController();
  const close = (): void => {
    ended.abort();
    context.close().catch(() => undefined);
  };
  signal.addEventListener('abort', close, { once: true, signal: ended.signal });
  try {
    const node = await suppressor(context);
    await waitForSound(context, node);
    if (ended.signal.aborted) throw new EffectError('stopped');
    const { source, track } = connect(context, node, raw);
    const stop = (): void => {
      if (ended.signal.aborted) return;
      close();
      failed('stopped');
    };
    node.addEventListener('processorerror', stop, { signal: ended.signal });
    watch(context, stop, ended.signal);
    // Keeps the source, which nothing else does while the context is suspended.
    ended.signal.addEventListener('abort', () => source.disconnect(), { once: true });
    return { track, change: () => Promise.resolve(), close };
  } catch (cause) {
    close();
    if (cause instanceof EffectError) throw cause;
    throw new EffectError('not-supported-here', { cause });
  }
}

interface Connected {
  readonly source: MediaStreamAudioSourceNode;
  readonly track: MediaStreamTrack;
}

function connect(context: AudioContext, node: AudioNode, raw: MediaStreamTrack): Connected {
  const output = new MediaStreamAudioDestinationNode(context, mono);
  const source = context.createMediaStreamSource(new MediaStream([raw]));
  source.connect(node).connect(output);
  const [track] = output.stream.getAudioTracks();
  if (track === undefined) throw new EffectError('not-supported-here');
  return { source, track };
}

/** One channel for any microphone: RNNoise would leave one channel of a stereo microphone silent. */
const mono = { channelCount: 1, channelCountMode: 'explicit' } as const;

async function suppressor(context: AudioContext): Promise<AudioWorkletNode> {
  const url = WebAssembly.validate(SIMD_MODULE) ? NOISE_FILES.simdWasm : NOISE_FILES.wasm;
  const [wasmBinary] = await Promise.all([
    bytesOf(url),
    context.audioWorklet.addModule(NOISE_FILES.worklet),
  ]).catch((cause: unknown) => {
    throw new EffectError('not-loaded', { cause });
  });
  const node = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
  return Object.assign(node, mono);
}

async function bytesOf(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.arrayBuffer();
}

/**
 * Waits until the node passes sound. A worklet that is not ready, or whose code cannot run, is silent without an
 * error; a generated noise shows whether sound passes.
 *
 * @throws {EffectError} not-supported-here
 */
async function waitForSound(context: AudioContext, node: AudioNode): Promise<void> {
  if (context.state !== 'running') {
    await within(START_LIMIT_MS, context.resume()).catch((cause: unknown) => {
      throw new EffectError('not-supported-here', { cause });
    });
  }
  const noise = new AudioBufferSourceNode(context, { buffer: noiseOf(context), loop: true });
  const meter = new AnalyserNode(context, { fftSize: 2048 });
  noise.connect(node).connect(meter);
  noise.start();
  try {
    const samples = new Float32Array(meter.fftSize);
    const last = performance.now() + START_LIMIT_MS;
    while (!samples.some((sample) => sample !== 0)) {
      if (performance.now() > last) throw new EffectError('not-supported-here');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      meter.getFloatTimeDomainData(samples);
    }
  } finally {
    noise.disconnect();
    node.disconnect(meter);
  }
}

/** Generates 100 ms of quiet noise. */
function noiseOf(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, SAMPLE_RATE / 10, SAMPLE_RATE);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i += 1) samples[i] = (Math.random() - 0.5) * 0.05;
  return buffer;
}

/**
 * Resumes a context that the system has suspended, for example for a phone call. Calls `stop` for one that makes no
 * progress, whatever its state: it is silent.
 */
function watch(context: AudioContext, stop: () => void, ended: AbortSignal): void {
  let [last, missed] = [context.currentTime, 0];
  const timer = setInterval(() => {
    missed = context.currentTime === last ? missed + 1 : 0;
    last = context.currentTime;
    if (missed > MAX_MISSED) stop();
    else if (missed > 0) context.resume().catch(() => undefined);
  }, CHECK_MS);
  ended.addEventListener('abort', () => clearInterval(timer), { once: true });
}
