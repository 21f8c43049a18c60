import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';

export type Screen = 'none' | 'incoming' | 'outgoing' | 'stage' | 'pill' | 'ending';

export interface ScreenInputs {
  readonly minimised: boolean;
  /** True if the page shows its own screen for this incoming call. */
  readonly customIncoming: boolean;
}

/** Selects the screen of a state. Pure. */
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
    // The stage is rendered before the first video frame. A user who joins has no list of members yet.
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
