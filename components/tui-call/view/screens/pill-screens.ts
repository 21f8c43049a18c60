import { TuiCallPill } from '../../../tui-call-pill/tui-call-pill.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The minimised call. Its lazy chunk loads when the user minimises the call. */
export const pillScreens = {
  'tui-call-pill': TuiCallPill,
} as const satisfies ElementTable;
