import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { parseUserId } from '../../src/protocol/index.ts';
import type { UserId } from '../../src/protocol/index.ts';
import { CommandError } from '../shared/command-error.ts';
import type { SigningKey } from './key-ring.ts';
import { avatarProblem, nicknameProblem } from './profile.ts';
import { MAX_USER_SIG_SECONDS, USER_SIG_ALGORITHM, USER_SIG_AUDIENCE } from './user-sig.ts';

/** What a userSig proves. */
export interface Identity {
  readonly userId: UserId;
  /** Epoch ms of the wall clock. */
  readonly expiresAt: number;
  /** Set by the back end: the user cannot choose another one. null: the user chooses. */
  readonly name: string | null;
  readonly avatar: string | null;
  /** Groups whose running calls the user may join. */
  readonly groups: readonly string[];
}

/** Clocks of a customer's machines differ a little. Never applied to `exp`. */
const LEEWAY_SECONDS = 60;
/** Decoders forgive more: one userSig, one way to write it. */
const COMPACT_JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** Far above what our claims need; longer ones are refused before anything reads them. */
const MAX_TOKEN_LENGTH = 8192;
const MAX_GROUPS = 200;

/** Tells who a userSig says it is, or refuses. Holds the keys; keeps nothing else. */
export class UserVerifier {
  readonly #keys: readonly { kid: string | null; bytes: Uint8Array }[];
  readonly #wall: () => number;

  constructor(keys: readonly SigningKey[], wall: () => number) {
    this.#keys = keys.map(({ kid, secret }) => ({
      kid,
      bytes: new TextEncoder().encode(secret.reveal()),
    }));
    this.#wall = wall;
  }

  /**
   * @param expected who is to be signed in: the userSig of any other user is refused.
   * @param expiredForMs how long ago it may have ended (a closing page may hold an old one).
   * @throws {CommandError} user-sig-invalid | user-sig-expired
   */
  async verify(userSig: unknown, expected: UserId, expiredForMs = 0): Promise<Identity> {
    if (typeof userSig !== 'string' || userSig === '') throw invalid('there is no userSig');
    if (userSig.length > MAX_TOKEN_LENGTH) throw invalid('the userSig is too long');
    if (!COMPACT_JWT.test(userSig)) throw invalid('it is not a signed JWT');
    const payload = await this.#payload(userSig);
    return {
      userId: userIdOf(payload, expected),
      ...verifiedClaims(payload, this.#wall(), expiredForMs),
    };
  }

  async #payload(userSig: string): Promise<JWTPayload> {
    for (const { bytes } of this.#candidates(userSig)) {
      try {
        const { payload } = await jwtVerify(userSig, bytes, {
          algorithms: [USER_SIG_ALGORITHM],
          audience: USER_SIG_AUDIENCE,
          requiredClaims: ['sub', 'exp'],
          // Times are judged below, after whose it is: jose has one tolerance for all of them.
          clockTolerance: Number.MAX_SAFE_INTEGER,
        });
        return payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw toCommandError(error);
      }
    }
    throw invalid('its signature fits no key of this server');
  }

  /** The header is the sender's word: it may only choose among our keys, never bring one. */
  #candidates(userSig: string) {
    let header;
    try {
      header = decodeProtectedHeader(userSig);
    } catch {
      throw invalid('it is not a JWT');
    }
    if (header.typ !== undefined && header.typ.toUpperCase() !== 'JWT') {
      throw invalid('its typ is not JWT');
    }
    const { kid } = header;
    if (kid === undefined) return this.#keys;
    return this.#keys.filter((key) => key.kid === null || key.kid === kid);
  }
}

function userIdOf({ sub }: JWTPayload, expected: UserId): UserId {
  const userId = parseUserId(sub);
  if (userId === null) throw invalid('its sub is not a userId');
  if (userId !== expected) throw invalid(`it signs in "${userId}", not "${expected}"`);
  return userId;
}

function verifiedClaims(
  payload: JWTPayload,
  wall: number,
  expiredForMs: number,
): Omit<Identity, 'userId'> {
  const { exp, iat, nbf } = payload;
  if (exp === undefined || !Number.isFinite(exp)) throw invalid('it has no exp');
  const expiresAt = exp * 1000;
  if (expiresAt + expiredForMs <= wall) throw new CommandError('user-sig-expired');
  if (expiresAt > wall + (MAX_USER_SIG_SECONDS + LEEWAY_SECONDS) * 1000) {
    throw invalid('its exp is more than 30 days away');
  }
  if (nbf !== undefined && nbf * 1000 > wall + LEEWAY_SECONDS * 1000) {
    throw invalid('its nbf lies in the future');
  }
  if (iat !== undefined && iat * 1000 > wall + LEEWAY_SECONDS * 1000) {
    throw invalid('its iat lies in the future');
  }
  return { expiresAt, ...profileClaims(payload), groups: groups(payload['groups']) };
}

function profileClaims(payload: JWTPayload): Pick<Identity, 'name' | 'avatar'> {
  const { name, avatar } = payload;
  const nameProblem = name === undefined ? null : nicknameProblem(name);
  if (nameProblem) throw invalid(`its name cannot be taken: ${nameProblem}`);
  const pictureProblem = avatar === undefined ? null : avatarProblem(avatar);
  if (pictureProblem) throw invalid(`its avatar cannot be taken: ${pictureProblem}`);
  return {
    name: typeof name === 'string' ? name : null,
    avatar: typeof avatar === 'string' ? avatar : null,
  };
}

function groups(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_GROUPS) throw invalid('its groups are no list');
  return value.map((one) => {
    if (typeof one !== 'string') throw invalid('its groups are no list of strings');
    return one;
  });
}

function toCommandError(error: unknown): CommandError {
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalid(`its ${error.claim} is missing or wrong`);
  return invalid('it is malformed, or not signed with HS256');
}

const invalid = (why: string) =>
  new CommandError('user-sig-invalid', `The userSig was not accepted: ${why}.`);
