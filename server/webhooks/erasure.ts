/** The body of a delivery without a user who was erased: their id is replaced, their name and picture are emptied. */
export function withoutUser(body: string, userId: string, replacement: string): string {
  return JSON.stringify(replaced(JSON.parse(body), userId, replacement));
}

const PERSONAL = new Set(['nickname', 'avatar']);

/** Texts that others have written, such as `userData`, are not ids, even if they are equal to one. */
const FREE_TEXT = new Set(['userData', 'groupId', 'callId']);

function replaced(value: unknown, userId: string, replacement: string): unknown {
  if (value === userId) return replacement;
  if (Array.isArray(value)) return value.map((one) => replaced(one, userId, replacement));
  if (typeof value !== 'object' || value === null) return value;
  const isTheirs = 'userId' in value && value.userId === userId;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => {
      if (FREE_TEXT.has(name)) return [name, one];
      if (isTheirs && PERSONAL.has(name)) return [name, ''];
      return [name, replaced(one, userId, replacement)];
    }),
  );
}
