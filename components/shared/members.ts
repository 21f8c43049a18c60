import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { safeName } from './names.ts';
import type { CoreMessages } from '../messages/core.ts';

/** Selectors for the members of a call. */

export const selfOf = ({ members }: CallSnapshot): CallMember | undefined =>
  members.find((m) => m.isSelf);

export const othersOf = ({ members }: CallSnapshot): readonly CallMember[] =>
  members.filter((m) => !m.isSelf);

export const memberOf = (
  { members }: CallSnapshot,
  userId: string | null,
): CallMember | undefined => members.find((m) => m.userId === userId);

/** Joined or ringing. */
export const isPresent = ({ status }: CallMember): boolean =>
  status === 'joined' || status === 'ringing';

/** "Mina", "Mina and 1 other", "Mina and 3 others". */
export function namesOf(members: readonly CallMember[], messages: CoreMessages): string {
  const [first] = members;
  if (!first) return '';
  const name = safeName(first.name);
  return members.length === 1 ? name : messages.andOthers(name, members.length - 1);
}

/** The members that a screen names: the peer, or all who have joined or still ring. */
export function peersOf(state: CallSnapshot): readonly CallMember[] {
  const others = othersOf(state);
  const present = others.filter(isPresent);
  return present.length ? present : others.slice(0, 1);
}
