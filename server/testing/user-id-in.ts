import { decodeJwt } from 'jose';
import { parseUserId } from '../../src/protocol/index.ts';
import { alice } from './people.ts';

/** The user of a userSig, which may be forged; `alice` if it has none. */
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
