import { TuiCallOutgoing } from '../../../tui-call-outgoing/tui-call-outgoing.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The stage of an outgoing call, and of one that the user joins. */
export const outgoingScreens = {
  'tui-call-outgoing': TuiCallOutgoing,
} as const satisfies ElementTable;
