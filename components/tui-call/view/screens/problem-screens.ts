import { TuiCallProblem } from '../../../tui-call-problem/tui-call-problem.ts';
import type { ElementTable } from '../../../shared/register.ts';

/** The notice of an error. Its lazy chunk loads with the first error. */
export const problemScreens = {
  'tui-call-problem': TuiCallProblem,
} as const satisfies ElementTable;
