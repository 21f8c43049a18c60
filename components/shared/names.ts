/** Names are text of other users: they are shown, but must not change the rest of the page. */

const MAX_LENGTH = 60;

/** Controls, direction overrides and isolates, zero-width space, byte order mark: removed from a name. */
const INVISIBLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** More marks on one letter than any script needs: they would cover the surrounding text. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** The name without characters that could affect other text, at most MAX_LENGTH letters long. */
export function safeName(name: string): string {
  const letters = [
    ...name.slice(0, 500).replace(INVISIBLE, '').replace(STACKED_MARKS, '$1').trim(),
  ];
  return letters.length > MAX_LENGTH
    ? `${letters.slice(0, MAX_LENGTH).join('')}…`
    : letters.join('');
}

/** One or two letters for an avatar without a picture. */
export function initials(name: string): string {
  const words = safeName(name)
    .split(/[\s._@-]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
    firstLetter(word),
  );
  return letters.join('').toLocaleUpperCase() || '?';
}

function firstLetter(word = ''): string {
  return /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '';
}

/** A number below `count` that is always the same for the same user: selects a colour. */
export function hueOf(userId: string, count: number): number {
  let sum = 0;
  for (const letter of userId) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % count;
}
