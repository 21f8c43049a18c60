import { TuiCallEffectNotice } from '../../../tui-call-effects/tui-call-effect-notice.ts';
import { TuiCallEffects } from '../../../tui-call-effects/tui-call-effects.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The menu of effects and their problems. Their lazy chunk loads with the first of them. */
export const effectsScreens = {
  'tui-call-effect-notice': TuiCallEffectNotice,
  'tui-call-effects': TuiCallEffects,
} as const satisfies ElementTable;
