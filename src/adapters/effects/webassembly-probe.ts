import { EffectError } from './effect-error.ts';

/** An empty WebAssembly module: only the page's policy can refuse it. */
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/** @throws {EffectError} not-supported-here | webassembly-blocked */
export async function probeWebAssembly(): Promise<void> {
  if (typeof WebAssembly === 'undefined') throw new EffectError('not-supported-here');
  await WebAssembly.compile(EMPTY_MODULE).catch((cause: unknown) => {
    throw new EffectError('webassembly-blocked', { cause });
  });
}
