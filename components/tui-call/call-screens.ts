import { TuiCallControls } from '../tui-call-controls/tui-call-controls.ts';
import { TuiCallDevices } from '../tui-call-devices/tui-call-devices.ts';
import { TuiCallGrid } from '../tui-call-grid/tui-call-grid.ts';
import { TuiCallNotice } from '../tui-call-notice/tui-call-notice.ts';
import { TuiCallPill } from '../tui-call-pill/tui-call-pill.ts';
import { TuiCallStage } from '../tui-call-stage/tui-call-stage.ts';
import { TuiCallTile } from '../tui-call-tile/tui-call-tile.ts';
import { TuiCallTimer } from '../tui-call-timer/tui-call-timer.ts';
import type { ElementTable } from './register.ts';

export { callAnnouncement } from './call-announcement.ts';
export { drag } from './drag.ts';
export { problemOf } from '../problem.ts';

/** What a running call shows: a chunk of its own, fetched while it rings. */
export const callScreens = {
  'tui-call-controls': TuiCallControls,
  'tui-call-devices': TuiCallDevices,
  'tui-call-grid': TuiCallGrid,
  'tui-call-notice': TuiCallNotice,
  'tui-call-pill': TuiCallPill,
  'tui-call-stage': TuiCallStage,
  'tui-call-tile': TuiCallTile,
  'tui-call-timer': TuiCallTimer,
} as const satisfies ElementTable;
