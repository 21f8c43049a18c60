/** A user who is erased, in the deliveries of one call. */
export interface ErasedUser {
  readonly userId: string;
  /** What their id becomes. */
  readonly replacement: string;
  readonly isCaller: boolean;
}

/**
 * The body of a delivery without this user: their id is replaced, their name and picture are emptied. null: it would
 * notify a device of theirs, and is not to be sent.
 */
export function withoutUser(body: string, user: ErasedUser): string | null {
  const event = JSON.parse(body) as { type: string; data: { userId?: string } };
  if (event.type.startsWith('push.') && event.data.userId === user.userId) return null;
  return JSON.stringify(replaced(event, user));
}

const PERSONAL = new Set(['nickname', 'avatar']);

/** Texts that others have written, such as `userData`, are not ids, even if they are equal to one. */
const FREE_TEXT = new Set(['userData', 'groupId', 'callId']);

function replaced(value: unknown, user: ErasedUser): unknown {
  const { userId, replacement, isCaller } = user;
  if (value === userId) return replacement;
  if (Array.isArray(value)) return value.map((one) => replaced(one, user));
  if (typeof value !== 'object' || value === null) return value;
  const isTheirs = 'userId' in value && value.userId === userId;
  const isTheirCall = 'callerId' in value && value.callerId === userId;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => {
      if (name === 'userData' && isTheirCall) return [name, ''];
      if (FREE_TEXT.has(name)) return [name, one];
      if (isTheirs && PERSONAL.has(name)) return [name, ''];
      if (isCaller && name === 'callerName') return [name, ''];
      return [name, replaced(one, user)];
    }),
  );
}
