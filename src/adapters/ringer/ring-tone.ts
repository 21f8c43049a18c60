import { onGesture } from './on-gesture.ts';
import { RING_SAMPLE_RATE, ringSamples, type RingKind } from './ring-samples.ts';

/** An allowed AudioContext runs well within this; a kept-back one says nothing at all. */
const START_TIMEOUT_MS = 400;

/** Once the user has touched the page, sound is allowed: what is not there yet is late. */
const LATE_START_TIMEOUT_MS = 3_000;

/** The built-in tone, until the signal ends it; `blocked` is told what the browser allows. */
export function playTone(
  kind: RingKind,
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
  source.connect(context.destination);
  // While the context is kept back its time stands still, so the ring begins at its beginning.
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
