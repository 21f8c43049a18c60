import type { EffectCheck } from '../../engine/api/media-effects.ts';
import { reasonOf } from './effect-error.ts';
import { probeWebAssembly } from './webassembly-probe.ts';

/** Tests what the effects need of the browser and the page. Loads no model, and opens no device. */
export async function checkEffects(): Promise<EffectCheck> {
  const webAssembly = await probeWebAssembly().then(() => null, reasonOf);
  const picture = typeof OffscreenCanvas === 'undefined' ? 'not-supported-here' : null;
  const sound = typeof AudioWorkletNode === 'undefined' ? 'not-supported-here' : null;
  return {
    background: picture ?? webAssembly,
    beauty: picture,
    'noise-suppression': sound ?? webAssembly,
  };
}
