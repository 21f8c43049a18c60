import { LIMITS } from '../../src/protocol/index.ts';

/** How a user is shown to others. */
export interface Profile {
  readonly nickname: string;
  /** An https URL, or ''. */
  readonly avatar: string;
}

/** The reason a nickname is invalid, or null. */
export function nicknameProblem(value: unknown): string | null {
  if (typeof value !== 'string') return 'it is not a string';
  if (Buffer.byteLength(value) > LIMITS.nicknameBytes)
    return `it is over ${LIMITS.nicknameBytes} bytes`;
  return null;
}

/** The reason an avatar is invalid, or null. Only https: other schemes could run code or track users. */
export function avatarProblem(value: unknown): string | null {
  if (typeof value !== 'string') return 'it is not a string';
  if (value === '') return null;
  if (Buffer.byteLength(value) > LIMITS.avatarBytes)
    return `it is over ${LIMITS.avatarBytes} bytes`;
  if (URL.parse(value)?.protocol !== 'https:') return 'it is not an https URL';
  return null;
}
