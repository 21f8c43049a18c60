import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import type { Sound } from './call-parts.ts';

/** What is to be heard in a state. The tone of ringing waits until a device over there really rings. */
export function soundOf(
  { phase, members, elsewhere }: CallSnapshot,
  hostDraws: boolean,
): Sound | null {
  if (elsewhere) return null;
  if (phase === 'incoming') return hostDraws ? null : 'ringtone';
  return phase === 'outgoing' && members.some((m) => !m.isSelf && m.alerted) ? 'ringback' : null;
}
