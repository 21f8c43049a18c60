import { parseSessionId, parseUserId, PROTOCOL_VERSION } from '../../src/protocol/index.ts';
import type { UserVerifier } from '../auth/verify-user.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Config } from '../config/config.ts';
import { CommandError } from '../shared/command-error.ts';
import { isOriginAllowed } from '../limits/origin.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { effectiveProfile } from './session.ts';
import type { Session } from './session.ts';

export interface AdmissionDependencies {
  readonly config: Pick<Config, 'origins' | 'rates'>;
  readonly verifier: Pick<UserVerifier, 'verify'>;
  readonly calls: CallService;
  readonly connects: RateLimit;
}

/**
 * Checks a handshake: origin, protocol version, userId, session id and userSig.
 *
 * @throws {CommandError}
 */
export async function admit(
  { auth, origin }: { auth: unknown; origin: string | undefined },
  { config, verifier, calls, connects }: AdmissionDependencies,
): Promise<Session> {
  if (!isOriginAllowed(config.origins, origin)) throw new CommandError('origin-refused');
  const { protocol, userSig, ...ids } = fields(auth);
  if (protocol !== PROTOCOL_VERSION) {
    throw new CommandError(
      'not-supported-here',
      `This server supports protocol version ${PROTOCOL_VERSION}.`,
    );
  }
  const userId = parseUserId(ids['userId']);
  if (userId === null)
    throw new CommandError('invalid-parameter', 'userId is missing or malformed');
  const sessionId = parseSessionId(ids['sessionId']);
  if (sessionId === null)
    throw new CommandError('invalid-parameter', 'sessionId is missing or malformed');
  const identity = await verifier.verify(userSig, userId);
  const { otherSessions, profile: known } = await calls.signingIn(userId, sessionId);
  if (otherSessions >= config.rates.sessionsPerUser) {
    throw new CommandError('rate-limited', 'This user has too many sessions.');
  }
  if (!(await connects.take(userId)))
    throw new CommandError('rate-limited', 'This user connects too often.');
  const profile = effectiveProfile(identity, known);
  if (profile.nickname !== known.nickname || profile.avatar !== known.avatar) {
    await calls.saveProfile(userId, profile);
  }
  return { userId, sessionId, identity, profile, canAnswer: true };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
