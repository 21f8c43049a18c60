import { onGesture } from './on-gesture.ts';
import { selectSpeaker, type RingOutput } from './ring-output.ts';
import { RING_SAMPLE_RATE, ringSamples, type RingKind } from './ring-samples.ts';

/** An allowed AudioContext starts within this time; a blocked one emits no event. */
const START_TIMEOUT_MS = 400;

/** After a user gesture sound is allowed, so a context that is not running yet is late. */
const LATE_START_TIMEOUT_MS = 3_000;

/** Plays the built-in tone until the signal aborts. Calls `blocked` with whether the browser blocks it. */
export function playTone(
  kind: RingKind,
  { level, deviceId }: RingOutput,
  ended: AbortSignal,
  blocked: (blocked: boolean) => void,
): void {
  const context = new AudioContext();
  const samples = ringSamples(kind);
  const buffer = context.createBuffer(1, samples.length, RING_SAMPLE_RATE);
  buffer.copyToChannel(samples, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.loop = true;
  const volume = context.createGain();
  volume.gain.value = level;
  source.connect(volume).connect(context.destination);
  selectSpeaker(context, deviceId);
  // The time of a blocked context stands still, so the tone starts at its beginning.
  source.start();
  const running = (): boolean => context.state === 'running';
  const touched = navigator.userActivation?.hasBeenActive;
  const timeoutMs = touched ? LATE_START_TIMEOUT_MS : START_TIMEOUT_MS;
  const timer = setTimeout(() => blocked(!running()), timeoutMs);
  context.addEventListener('statechange', () => running() && blocked(false), { signal: ended });
  onGesture(() => void context.resume().catch(() => undefined), ended);
  context.resume().catch(() => undefined);
  ended.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      context.close().catch(() => undefined);
    },
    { once: true },
  );
}
