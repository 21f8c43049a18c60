import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';

export type Screen = 'none' | 'incoming' | 'outgoing' | 'stage' | 'pill' | 'ending';

export interface ScreenInputs {
  readonly minimised: boolean;
  /** The page draws this incoming call itself. */
  readonly customIncoming: boolean;
}

/** Which screen a state is. Pure. */
export function screenOf(
  { phase, elsewhere, ending, members }: CallSnapshot,
  inputs: ScreenInputs,
): Screen {
  switch (phase) {
    case 'idle':
      return 'none';
    case 'incoming':
      return inputs.customIncoming || elsewhere ? 'none' : 'incoming';
    case 'outgoing':
      return inputs.minimised ? 'pill' : 'outgoing';
    // The stage stands when the first picture comes. Whoever joins knows nobody there yet.
    case 'connecting':
    case 'connected':
    case 'reconnecting':
      if (elsewhere) return 'none';
      if (members.length === 0) return 'outgoing';
      return inputs.minimised ? 'pill' : 'stage';
    case 'ended':
      return inputs.customIncoming && !ending?.connected ? 'none' : 'ending';
  }
}
