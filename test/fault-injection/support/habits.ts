import type { Chance } from './chance.ts';
import type { Habit } from './crowd.ts';
import type { Person } from './person.ts';

/** Short, so that deadlines pass while the server is down, too. */
const RING_SECONDS = [2, 4] as const;
/** The groups that everyone belongs to. */
export const GROUPS = ['team', 'choir'] as const;

/** Calls one other person; accepts, rejects, cancels, hangs up. */
export const callsOne: Habit = async ({ engine }, others, chance) => {
  switch (engine.state.phase) {
    case 'idle':
    case 'ended': {
      // Seldom: where everyone calls, everyone is busy and nobody answers.
      if (!chance.happens(0.06)) return;
      const timeout = chance.between(...RING_SECONDS);
      await engine.calls(chance.one(others).userId, 'audio', { timeout });
      return;
    }
    case 'incoming':
      if (chance.happens(0.4)) await engine.accept();
      else if (chance.happens(0.2)) await engine.reject();
      return;
    case 'outgoing':
      if (chance.happens(0.08)) await engine.hangup();
      return;
    default:
      if (chance.happens(0.15)) await engine.hangup();
      else if (chance.happens(0.05)) await engine.switchCallMediaType('video');
  }
};

/** Calls several, in groups and outside; invites, joins, puts on hold, answers what waits; tidies their list. */
export const callsMany: Habit = async (person, others, chance) => {
  const { engine } = person;
  const timeout = chance.between(...RING_SECONDS);
  const { phase, waiting } = engine.state;
  if (waiting !== null && chance.happens(0.3)) {
    await (chance.happens(0.3)
      ? engine.rejectWaiting()
      : engine.acceptWaiting({ currentCall: chance.one(['end', 'hold']) }));
    return;
  }
  switch (phase) {
    case 'idle':
    case 'ended':
      return whenFree(person, others, chance);
    case 'incoming':
      if (chance.happens(0.4)) await engine.accept();
      else if (chance.happens(0.2)) await engine.reject();
      return;
    case 'outgoing':
      if (chance.happens(0.03)) await engine.hangup();
      else if (chance.happens(0.1)) await engine.inviteUser(some(others, chance), { timeout });
      return;
    default: {
      const what = chance.between(1, 12);
      if (what === 1) await engine.hangup();
      if (what === 2) await engine.inviteUser(some(others, chance), { timeout });
      if (what === 3) await engine.holdCall(true);
    }
  }
};

const whenFree: Habit = async ({ engine }, others, chance) => {
  if (engine.state.held.length > 0 && chance.happens(0.4)) return engine.holdCall(false);
  const timeout = chance.between(...RING_SECONDS);
  switch (chance.between(1, 25)) {
    case 1: {
      const groupId = chance.one(['', ...GROUPS]);
      await engine.calls(some(others, chance), 'audio', { timeout, groupId });
      return;
    }
    case 2:
      return engine.joinGroup(chance.one(GROUPS));
    case 3: {
      const { calls } = await engine.queryRecentCalls();
      return engine.deleteRecentCalls(calls.slice(0, 2).map(({ callId }) => callId));
    }
  }
};

/** One, two or three of them. */
function some(others: readonly Person[], chance: Chance): readonly string[] {
  const first = chance.between(0, others.length - 1);
  return others.slice(first, first + chance.between(1, 3)).map(({ userId }) => userId);
}
