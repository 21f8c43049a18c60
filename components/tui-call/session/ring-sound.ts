import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import type { Sound } from './dependencies.ts';

/**
 * The sound of a state. The ringback plays while a callee's device reports that it rings and signalling
 * is connected. A waiting call has a quiet sound of its own, which replaces any other.
 */
export function ringSound(
  { phase, connection, callId, members, elsewhere, waiting }: CallSnapshot,
  customRinging: string,
): Sound | null {
  if (elsewhere) return null;
  if (phase === 'incoming') return customRinging === callId ? null : 'ringtone';
  if (waiting) return customRinging === waiting.callId ? null : 'call-waiting';
  const calleeRings = members.some((m) => !m.isSelf && m.alerted);
  return phase === 'outgoing' && connection === 'connected' && calleeRings ? 'ringback' : null;
}
