/** The users of each sequence. */
export const USERS = ['alice', 'bob', 'carol'] as const;
/** Calls each of them at the end. */
export const ERIN = 'erin';
/** The members of the group `team`, by their userSig. */
export const IN_TEAM: readonly string[] = ['alice', 'bob'];
export const MAX_MEMBERS = 4;

const TABS = [
  ['A1', 'alice'],
  ['A2', 'alice'],
  ['B1', 'bob'],
  ['B2', 'bob'],
  ['C1', 'carol'],
] as const;

/**
 * The tabs of the users, and which users have raw sessions. With one session for each user there is only one
 * tab, and no raw session that replaces it.
 */
export function devicesFor(sessions: 'multiple' | 'single') {
  if (sessions === 'multiple') return { tabs: TABS, raw: [...USERS, ERIN] } as const;
  return { tabs: TABS.filter(([name]) => name.endsWith('1')), raw: [ERIN] } as const;
}
