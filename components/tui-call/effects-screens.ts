import { TuiCallEffects } from '../tui-call-effects/tui-call-effects.ts';
import type { ElementTable } from './view/register.ts';

/** The menu of effects: fetched when somebody opens it. */
export const effectsScreens = {
  'tui-call-effects': TuiCallEffects,
} as const satisfies ElementTable;
