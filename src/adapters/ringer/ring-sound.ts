import { playFile } from './ring-file.ts';
import type { RingOutput } from './ring-output.ts';
import type { RingKind } from './ring-samples.ts';
import { playTone } from './ring-tone.ts';

/** What rings, and where. */
export interface RingSound {
  readonly kind: RingKind;
  /** A sound file; undefined or '': the built-in tone. */
  readonly url: string | undefined;
  readonly output: RingOutput;
}

/** Plays a file or the built-in tone until the signal aborts. Calls `blocked` with whether the browser blocks it. */
export function playSound(
  { kind, url, output }: RingSound,
  ended: AbortSignal,
  blocked: (blocked: boolean) => void,
): void {
  const tone = (): void => playTone(kind, output, ended, blocked);
  if (url) playFile(url, output, ended, blocked, tone);
  else tone();
}
