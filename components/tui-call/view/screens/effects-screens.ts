import { TuiCallEffects } from '../../../tui-call-effects/tui-call-effects.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The menu of effects. Its lazy chunk loads when the user opens it. */
export const effectsScreens = {
  'tui-call-effects': TuiCallEffects,
} as const satisfies ElementTable;
