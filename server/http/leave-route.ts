import { Type } from 'typebox';
import { parseSessionId, parseUserId } from '../../src/protocol/index.ts';
import type { SessionId, UserId } from '../../src/protocol/index.ts';
import type { UserVerifier } from '../auth/verify-user.ts';
import type { Config } from '../config/config.ts';
import { CommandError } from '../shared/command-error.ts';
import { isOriginAllowed } from '../limits/origin.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import type { App } from './app.ts';

export interface LeaveRouteDependencies {
  readonly verifier: UserVerifier;
  readonly config: Pick<Config, 'origins'>;
  readonly leaves: RateLimit;
  readonly markLeaving: (userId: UserId, sessionId: SessionId) => Promise<void>;
}

/** A closing page may hold a userSig that has expired recently. */
const EXPIRY_TOLERANCE_MS = 3600_000;

const LeaveBody = Type.Object({
  userId: Type.String(),
  userSig: Type.String(),
  sessionId: Type.String(),
});

/** The leave beacon of a closing page. A beacon cannot set headers, so JSON also arrives as text/plain. */
export function addLeaveRoute(app: App, dependencies: LeaveRouteDependencies): void {
  const { config, verifier, leaves, markLeaving } = dependencies;
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new CommandError('invalid-parameter', 'the body is not JSON'));
    }
  });
  app.post(
    '/v1/leave',
    {
      schema: {
        summary: 'Leave beacon of a closing page: the seat of its session is kept for 8 s.',
        body: LeaveBody,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      if (!isOriginAllowed(config.origins, request.headers.origin)) {
        throw new CommandError('origin-refused');
      }
      const { userSig, ...ids } = request.body;
      const userId = parseUserId(ids.userId);
      if (userId === null) throw new CommandError('invalid-parameter', 'userId is malformed');
      await verifier.verify(userSig, userId, EXPIRY_TOLERANCE_MS);
      const sessionId = parseSessionId(ids.sessionId);
      if (sessionId === null) throw new CommandError('invalid-parameter', 'sessionId is malformed');
      if (!(await leaves.take(userId))) throw new CommandError('rate-limited');
      await markLeaving(userId, sessionId);
      return reply.code(204).send(null);
    },
  );
}
