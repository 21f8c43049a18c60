import { TuiCallInvite } from '../../../tui-call-invite/tui-call-invite.ts';
import { TuiCallPeople } from '../../../tui-call-people/tui-call-people.ts';
import type { ElementTable } from '../register.ts';

/** Who is in a call and whom one could ask in: fetched when somebody wants to see it. */
export const peopleScreens = {
  'tui-call-invite': TuiCallInvite,
  'tui-call-people': TuiCallPeople,
} as const satisfies ElementTable;
