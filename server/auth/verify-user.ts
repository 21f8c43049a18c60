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
  /** Claims set by the back end, which the user cannot override. null: the user chooses. */
  readonly name: string | null;
  readonly avatar: string | null;
  /** Groups whose running calls the user may join. */
  readonly groups: readonly string[];
}

/** The keys that verify userSigs, and until when a userSig may name none of several. */
export interface VerifierKeys {
  readonly keys: readonly SigningKey[];
  /** Epoch ms of the wall clock. */
  readonly noKidUntil: number;
}

/** Tolerance for clock differences between machines. Not applied to `exp`. */
const LEEWAY_SECONDS = 60;
/** Stricter than most decoders, so that a userSig has exactly one spelling. */
const COMPACT_JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** Far above what the claims need; a longer token is rejected before it is parsed. */
const MAX_TOKEN_LENGTH = 8192;
const MAX_GROUPS = 200;

/** Verifies userSigs. Holds the keys and no other state. */
export class UserVerifier {
  readonly #keys: readonly { kid: string | null; bytes: Uint8Array }[];
  readonly #noKidUntil: number;
  readonly #wall: () => number;

  constructor({ keys, noKidUntil }: VerifierKeys, wall: () => number) {
    this.#noKidUntil = noKidUntil;
    this.#keys = keys.map(({ kid, secret }) => ({
      kid,
      bytes: new TextEncoder().encode(secret.reveal()),
    }));
    this.#wall = wall;
  }

  /**
   * @param expected the user who signs in: the userSig of any other user is rejected.
   * @param expiredForMs accepts a userSig that expired at most this long ago.
   * @throws {CommandError} user-sig-invalid | user-sig-expired
   */
  async verify(userSig: unknown, expected: UserId, expiredForMs = 0): Promise<Identity> {
    if (typeof userSig !== 'string' || userSig === '') throw invalid('it is missing');
    if (userSig.length > MAX_TOKEN_LENGTH) throw invalid('it is too long');
    if (!COMPACT_JWT.test(userSig)) throw invalid('it is not a signed JWT');
    const payload = await this.#payload(userSig);
    return { userId: userIdOf(payload, expected), ...proven(payload, this.#wall(), expiredForMs) };
  }

  async #payload(userSig: string): Promise<JWTPayload> {
    for (const { bytes } of this.#candidates(userSig)) {
      try {
        const { payload } = await jwtVerify(userSig, bytes, {
          algorithms: [USER_SIG_ALGORITHM],
          audience: USER_SIG_AUDIENCE,
          requiredClaims: ['sub', 'exp'],
          // Times are checked below, after the subject: jose has a single tolerance for all of them.
          clockTolerance: Number.MAX_SAFE_INTEGER,
        });
        return payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw toCommandError(error);
      }
    }
    throw invalid('its signature matches no key of this server');
  }

  /** The header is not authenticated: it may only select one of the server's keys, never supply one. */
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
    if (kid === undefined) {
      if (this.#keys.length > 1 && this.#wall() >= this.#noKidUntil)
        throw invalid('it has no kid, and this server has several keys');
      return this.#keys;
    }
    return this.#keys.filter((key) => key.kid === null || key.kid === kid);
  }
}

function userIdOf({ sub }: JWTPayload, expected: UserId): UserId {
  const userId = parseUserId(sub);
  if (userId === null) throw invalid('its sub is not a userId');
  if (userId !== expected) throw invalid(`it signs in "${userId}", not "${expected}"`);
  return userId;
}

function proven(payload: JWTPayload, wall: number, expiredForMs: number): Omit<Identity, 'userId'> {
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
  if (nameProblem) throw invalid(`its name is invalid: ${nameProblem}`);
  const pictureProblem = avatar === undefined ? null : avatarProblem(avatar);
  if (pictureProblem) throw invalid(`its avatar is invalid: ${pictureProblem}`);
  return {
    name: typeof name === 'string' ? name : null,
    avatar: typeof avatar === 'string' ? avatar : null,
  };
}

function groups(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_GROUPS)
    throw invalid(`its groups are not a list of at most ${MAX_GROUPS}`);
  return value.map((one) => {
    if (typeof one !== 'string') throw invalid('its groups are not a list of strings');
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
