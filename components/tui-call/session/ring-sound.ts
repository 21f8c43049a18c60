import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import type { Sound } from './dependencies.ts';

/** What is to be heard in a state. The tone of ringing waits until a device over there really rings, and
 * stops with the connection: nobody knows then for how long it does; a second caller is told of by a quiet
 * one, whatever else sounds. */
export function ringSound(
  { phase, connection, callId, members, elsewhere, waiting }: CallSnapshot,
  customRinging: string,
): Sound | null {
  if (elsewhere) return null;
  if (phase === 'incoming') return customRinging === callId ? null : 'ringtone';
  if (waiting) return customRinging === waiting.callId ? null : 'call-waiting';
  const ringsThere = members.some((m) => !m.isSelf && m.alerted);
  return phase === 'outgoing' && connection === 'connected' && ringsThere ? 'ringback' : null;
}
