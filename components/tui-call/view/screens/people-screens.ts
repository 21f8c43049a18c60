import { TuiCallInvite } from '../../../tui-call-invite/tui-call-invite.ts';
import { TuiCallPeople } from '../../../tui-call-people/tui-call-people.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The elements of the people panel. Their lazy chunk loads when the user opens the panel. */
export const peopleScreens = {
  'tui-call-invite': TuiCallInvite,
  'tui-call-people': TuiCallPeople,
} as const satisfies ElementTable;
