import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import type { Sound } from './call-parts.ts';

export type Screen = 'none' | 'incoming' | 'outgoing' | 'stage' | 'pill' | 'ending';

export interface ScreenWishes {
  readonly minimised: boolean;
  /** The page draws this incoming call itself. */
  readonly hostDraws: boolean;
  /** The screens of a running call have arrived. */
  readonly stageReady: boolean;
}

/** Which screen a state is. Pure; a call whose stage has not arrived yet waits on the outgoing one. */
export function screenOf(
  { phase, elsewhere, ending, members }: CallSnapshot,
  wishes: ScreenWishes,
): Screen {
  switch (phase) {
    case 'idle':
      return 'none';
    case 'incoming':
      return wishes.hostDraws || elsewhere ? 'none' : 'incoming';
    case 'outgoing':
      return wishes.minimised && wishes.stageReady ? 'pill' : 'outgoing';
    // The stage stands when the first picture comes. Whoever joins knows nobody there yet.
    case 'connecting':
    case 'connected':
    case 'reconnecting':
      if (elsewhere) return 'none';
      if (!wishes.stageReady || members.length === 0) return 'outgoing';
      return wishes.minimised ? 'pill' : 'stage';
    case 'ended':
      return wishes.hostDraws && !ending?.connected ? 'none' : 'ending';
  }
}

/** What is to be heard in a state. The tone of ringing waits until a device over there really rings. */
export function soundOf(
  { phase, members, elsewhere }: CallSnapshot,
  hostDraws: boolean,
): Sound | null {
  if (elsewhere) return null;
  if (phase === 'incoming') return hostDraws ? null : 'ringtone';
  return phase === 'outgoing' && members.some((m) => !m.isSelf && m.alerted) ? 'ringback' : null;
}
