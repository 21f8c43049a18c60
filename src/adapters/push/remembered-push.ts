import type { KeyValue, PushOwner } from '../../engine/api/ports.ts';
import type { PushTarget } from '../../protocol/index.ts';

/** One subscription of a browser belongs to one user. */
export const PUSH_KEY = 'push';

/** What is remembered of this device, in JSON. */
export interface RememberedPush extends PushOwner {
  readonly target: PushTarget;
}

/** What is remembered; null: nothing. */
export function remembered(storage: KeyValue): RememberedPush | null {
  try {
    return JSON.parse(storage.read(PUSH_KEY) ?? 'null') as RememberedPush | null;
  } catch {
    return null;
  }
}
