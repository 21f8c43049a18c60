import { TuiCallDevices } from '../../../tui-call-devices/tui-call-devices.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The menu behind "More". Its lazy chunk loads when the user opens it. */
export const menuScreens = {
  'tui-call-devices': TuiCallDevices,
} as const satisfies ElementTable;
