import { TuiCallAside } from '../../../tui-call-aside/tui-call-aside.ts';
import { TuiCallWaiting } from '../../../tui-call-waiting/tui-call-waiting.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The elements of waiting calls, held calls and a call on another device. */
export const otherCallScreens = {
  'tui-call-aside': TuiCallAside,
  'tui-call-waiting': TuiCallWaiting,
} as const satisfies ElementTable;
