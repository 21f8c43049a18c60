import { TuiCallAvatar } from '../../../tui-call-avatar/tui-call-avatar.ts';
import { TuiCallButton } from '../../../tui-call-button/tui-call-button.ts';
import { TuiCallControls } from '../../../tui-call-controls/tui-call-controls.ts';
import { TuiCallGrid } from '../../../tui-call-grid/tui-call-grid.ts';
import { TuiCallNotice } from '../../../tui-call-notice/tui-call-notice.ts';
import { TuiCallStage } from '../../../tui-call-stage/tui-call-stage.ts';
import { TuiCallTile } from '../../../tui-call-tile/tui-call-tile.ts';
import { TuiCallTimer } from '../../../tui-call-timer/tui-call-timer.ts';
import { TuiCallToggle } from '../../../tui-call-toggle/tui-call-toggle.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The elements of the screens of a call. */
export const callScreens = {
  'tui-call-avatar': TuiCallAvatar,
  'tui-call-button': TuiCallButton,
  'tui-call-controls': TuiCallControls,
  'tui-call-grid': TuiCallGrid,
  'tui-call-notice': TuiCallNotice,
  'tui-call-stage': TuiCallStage,
  'tui-call-tile': TuiCallTile,
  'tui-call-timer': TuiCallTimer,
  'tui-call-toggle': TuiCallToggle,
} as const satisfies ElementTable;
