import { parseSessionId, parseUserId, PROTOCOL_VERSION } from '../../src/protocol/index.ts';
import type { UserVerifier } from '../auth/verify-user.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../refusal.ts';
import type { Hub } from './hub.ts';
import { isOriginAllowed } from './origin.ts';
import type { RatePerMinute } from './rate-limit.ts';
import { shownAs } from './session.ts';
import type { Session } from './session.ts';

export interface AdmissionParts {
  readonly config: Pick<Config, 'origins' | 'rates'>;
  readonly verifier: Pick<UserVerifier, 'verify'>;
  readonly calls: CallService;
  readonly hub: Hub;
  readonly connects: RatePerMinute;
}

/**
 * Who is at the door: origin, version, user, session id and userSig of one handshake.
 *
 * @throws {Refusal}
 */
export async function admit(
  { auth, origin }: { auth: unknown; origin: string | undefined },
  { config, verifier, calls, hub, connects }: AdmissionParts,
): Promise<Session> {
  if (!isOriginAllowed(config.origins, origin)) throw new Refusal('origin-refused');
  const { protocol, userSig, ...ids } = fields(auth);
  if (protocol !== PROTOCOL_VERSION) {
    throw new Refusal('not-supported-here', `This server speaks protocol ${PROTOCOL_VERSION}.`);
  }
  const userId = parseUserId(ids['userId']);
  if (userId === null) throw new Refusal('invalid-parameter', 'userId is missing or malformed');
  const sessionId = parseSessionId(ids['sessionId']);
  if (sessionId === null)
    throw new Refusal('invalid-parameter', 'sessionId is missing or malformed');
  const identity = await verifier.verify(userSig, userId);
  const others = hub.sessionsOf(userId).filter((one) => one.sessionId !== sessionId);
  if (others.length >= config.rates.sessionsPerUser) {
    throw new Refusal('rate-limited', 'This user has too many sessions.');
  }
  if (!connects.take(userId)) throw new Refusal('rate-limited', 'This user connects too often.');
  const known = await calls.profile(userId);
  const profile = shownAs(identity, known);
  if (profile.nickname !== known.nickname || profile.avatar !== known.avatar) {
    await calls.saveProfile(userId, profile);
  }
  return { userId, sessionId, identity, profile };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
