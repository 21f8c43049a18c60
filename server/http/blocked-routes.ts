import { Type } from 'typebox';
import { parseUserId } from '../../src/protocol/index.ts';
import type { UserId } from '../../src/protocol/index.ts';
import type { BlockedPage } from '../calls/blocked-users.ts';
import { id, ERROR_RESPONSES, required, security } from './api-schema.ts';
import type { App } from './app.ts';

/** The block list. All actions are idempotent. */
export interface BlockedRouteDependencies {
  readonly block: (userId: UserId, otherId: UserId) => Promise<void>;
  readonly unblock: (userId: UserId, otherId: UserId) => Promise<void>;
  readonly blockedBy: (
    userId: UserId,
    page: { readonly cursor: string | null; readonly limit: number },
  ) => Promise<BlockedPage>;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const Pair = Type.Object({ userId: id.user, otherUserId: id.user });
const DONE = { 204: Type.Null(), ...ERROR_RESPONSES };

const Page = Type.Object({
  userIds: Type.Array(Type.String()),
  cursor: Type.Union([Type.String(), Type.Null()]),
});

export function addBlockedRoutes(scope: App, api: BlockedRouteDependencies): void {
  scope.put(
    '/v1/users/:userId/blocked/:otherUserId',
    {
      schema: {
        summary: 'Blocks calls from another user; the blocked caller cannot notice it.',
        params: Pair,
        response: DONE,
        security,
      },
    },
    async (request, reply) => {
      await api.block(...pairOf(request.params));
      return reply.code(204).send(null);
    },
  );
  scope.delete(
    '/v1/users/:userId/blocked/:otherUserId',
    {
      schema: { summary: 'Unblocks a user.', params: Pair, response: DONE, security },
    },
    async (request, reply) => {
      await api.unblock(...pairOf(request.params));
      return reply.code(204).send(null);
    },
  );
  addListRoute(scope, api);
}

function addListRoute(scope: App, api: BlockedRouteDependencies): void {
  scope.get(
    '/v1/users/:userId/blocked',
    {
      schema: {
        summary: 'Lists the users whom a user has blocked, ordered by id, in pages.',
        params: Type.Object({ userId: id.user }),
        querystring: Type.Object({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT })),
          cursor: Type.Optional(Type.String({ description: 'The cursor of the previous page.' })),
        }),
        response: { 200: Page, ...ERROR_RESPONSES },
        security,
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor = null } = request.query;
      const userId = required('userId', parseUserId(request.params.userId));
      const page = await api.blockedBy(userId, { cursor, limit });
      return { userIds: [...page.userIds], cursor: page.cursor };
    },
  );
}

/** @throws {CommandError} invalid-parameter */
function pairOf(params: { userId: string; otherUserId: string }): [UserId, UserId] {
  return [
    required('userId', parseUserId(params.userId)),
    required('otherUserId', parseUserId(params.otherUserId)),
  ];
}
