import { TuiCallAside } from '../../../tui-call-aside/tui-call-aside.ts';
import { TuiCallWaiting } from '../../../tui-call-waiting/tui-call-waiting.ts';
import type { ElementTable } from '../register.ts';

/** What is shown of calls beside the one on the screen: fetched when there is one. */
export const otherCallScreens = {
  'tui-call-aside': TuiCallAside,
  'tui-call-waiting': TuiCallWaiting,
} as const satisfies ElementTable;
