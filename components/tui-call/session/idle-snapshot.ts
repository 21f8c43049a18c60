import { INITIAL_STATE } from '../../../src/engine/state/call-state.ts';
import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import { createSnapshot } from '../../../src/engine/snapshot/create-snapshot.ts';

/** The value of `state` while the element has no engine. */
export const IDLE_SNAPSHOT: CallSnapshot = createSnapshot(INITIAL_STATE);
