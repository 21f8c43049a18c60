import type { Contact } from '../shared/call-context.ts';

/** Contacts whose name or userId contains each word of the query, regardless of accents and case. */
export function matching(contacts: readonly Contact[], query: string): readonly Contact[] {
  const words = normalise(query).split(/\s+/).filter(Boolean);
  return contacts.filter(({ name, userId }) => {
    const text = normalise(`${name} ${userId}`);
    return words.every((word) => text.includes(word));
  });
}

const normalise = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
