import { TuiCallIncoming } from '../../../tui-call-incoming/tui-call-incoming.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The card of an incoming call. */
export const incomingScreens = {
  'tui-call-incoming': TuiCallIncoming,
} as const satisfies ElementTable;
