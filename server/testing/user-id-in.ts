import { decodeJwt } from 'jose';
import { parseUserId } from '../../src/protocol/index.ts';
import { alice } from './people.ts';

/** The user whom a userSig names, right or forged; `alice` where it names none. */
export function userIdIn(userSig: unknown): string {
  return parseUserId(subjectOf(userSig)) ?? alice;
}

function subjectOf(userSig: unknown): unknown {
  try {
    return decodeJwt(String(userSig)).sub;
  } catch {
    return null;
  }
}
