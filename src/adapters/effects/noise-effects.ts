import { RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import { EffectError } from './effect-error.ts';
import { NOISE_FILES } from './noise-files.ts';
import type { OpenOptions, ProcessedTrack } from './processed-track.ts';
import { probeWebAssembly } from './webassembly-probe.ts';
import { within } from './within.ts';

/** RNNoise knows no other rate. */
const SAMPLE_RATE = 48_000;
const LOAD_LIMIT_MS = 15_000;
const SOUND_LIMIT_MS = 3_000;
const LOOK_MS = 20;

/** One instruction of SIMD. */
const SIMD_MODULE = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3],
  ...[2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
]);

/** The microphone's track without noise: RNNoise in an audio worklet. */
export async function openNoiseSuppression({
  raw,
  signal,
  failed,
}: OpenOptions<'strong'>): Promise<ProcessedTrack<'strong'>> {
  await probeWebAssembly();
  if (typeof AudioWorkletNode === 'undefined') throw new EffectError('not-supported-here');
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  const ended = new AbortController();
  const close = (): void => {
    ended.abort();
    context.close().catch(() => undefined);
  };
  signal.addEventListener('abort', close, { once: true, signal: ended.signal });
  try {
    const node = await suppressor(context);
    const output = new MediaStreamAudioDestinationNode(context, mono);
    node.connect(output);
    await letsSoundThrough(context, node);
    const [track] = output.stream.getAudioTracks();
    if (track === undefined || ended.signal.aborted) throw new EffectError('stopped');
    context.createMediaStreamSource(new MediaStream([raw])).connect(node);
    const stop = (): void => {
      close();
      failed('stopped');
    };
    node.addEventListener('processorerror', stop, { signal: ended.signal });
    context.addEventListener('statechange', () => void resume(context, stop), {
      signal: ended.signal,
    });
    return { track, change: () => Promise.resolve(), close };
  } catch (cause) {
    close();
    if (cause instanceof EffectError) throw cause;
    throw new EffectError('not-supported-here', { cause });
  }
}

/** One channel whatever the microphone has: of a stereo one, RNNoise would leave one ear silent. */
const mono = { channelCount: 1, channelCountMode: 'explicit' } as const;

async function suppressor(context: AudioContext): Promise<AudioWorkletNode> {
  const url = WebAssembly.validate(SIMD_MODULE) ? NOISE_FILES.simdWasm : NOISE_FILES.wasm;
  const loading = Promise.all([bytesOf(url), context.audioWorklet.addModule(NOISE_FILES.worklet)]);
  const [wasmBinary] = await within(LOAD_LIMIT_MS, loading).catch((cause: unknown) => {
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
 * A worklet whose program cannot run is silent, and says nothing; so is one that is not ready yet. A noise of our own
 * shows when it lets sound through.
 *
 * @throws {EffectError} not-supported-here
 */
async function letsSoundThrough(context: AudioContext, node: AudioNode): Promise<void> {
  if (context.state !== 'running') {
    await within(SOUND_LIMIT_MS, context.resume()).catch((cause: unknown) => {
      throw new EffectError('not-supported-here', { cause });
    });
  }
  const noise = new AudioBufferSourceNode(context, { buffer: noiseOf(context), loop: true });
  const meter = new AnalyserNode(context, { fftSize: 2048 });
  noise.connect(node).connect(meter);
  noise.start();
  try {
    const samples = new Float32Array(meter.fftSize);
    const last = performance.now() + SOUND_LIMIT_MS;
    while (!samples.some((sample) => sample !== 0)) {
      if (performance.now() > last) throw new EffectError('not-supported-here');
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      meter.getFloatTimeDomainData(samples);
    }
  } finally {
    noise.disconnect();
    node.disconnect(meter);
  }
}

/** Of a tenth of a second, and quiet. */
function noiseOf(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, SAMPLE_RATE / 10, SAMPLE_RATE);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i += 1) samples[i] = (Math.random() - 0.5) * 0.05;
  return buffer;
}

/** A phone call or another tab may take the sound away. */
async function resume(context: AudioContext, stop: () => void): Promise<void> {
  if (context.state === 'running' || context.state === 'closed') return;
  await within(SOUND_LIMIT_MS, context.resume()).catch(stop);
}
