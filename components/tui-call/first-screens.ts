import { TuiCallAvatar } from '../tui-call-avatar/tui-call-avatar.ts';
import { TuiCallButton } from '../tui-call-button/tui-call-button.ts';
import { TuiCallIncoming } from '../tui-call-incoming/tui-call-incoming.ts';
import { TuiCallOutgoing } from '../tui-call-outgoing/tui-call-outgoing.ts';
import { TuiCallToggle } from '../tui-call-toggle/tui-call-toggle.ts';
import type { ElementTable } from './register.ts';

/** What must be there when it rings: never loaded late. */
export const firstScreens = {
  'tui-call-avatar': TuiCallAvatar,
  'tui-call-button': TuiCallButton,
  'tui-call-incoming': TuiCallIncoming,
  'tui-call-outgoing': TuiCallOutgoing,
  'tui-call-toggle': TuiCallToggle,
} as const satisfies ElementTable;
