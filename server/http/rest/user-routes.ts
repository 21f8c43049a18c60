import { createCursor, parseCursor } from '../../api/cursor.ts';
import { avatarProblem, nicknameProblem } from '../../auth/profile.ts';
import { CommandError } from '../../shared/command-error.ts';
import type { App } from '../app.ts';
import type { Api } from './api.ts';
import { described, DONE, userIdOf } from './route.ts';
import {
  BlockedParams,
  BlockedUsers,
  NoQuery,
  Page,
  Profile,
  PushSubscriptions,
  Sessions,
  User,
  UserParams,
} from './schemas.ts';

const DEFAULT_LIMIT = 100;

/** Users: profile, sessions, block list, and erasing. A user who is not known looks like one without data. */
export function addUserRoutes(scope: App, api: Api): void {
  addProfile(scope, api);
  addSessions(scope, api);
  addBlockedList(scope, api);
  addBlocked(scope, api);
  addPushSubscriptions(scope, api);
  scope.delete(
    '/v1/users/:userId',
    described(
      'users:write',
      'Erases a user: ends their sessions and calls, replaces the id in records and usage by a random one.',
      { params: UserParams, querystring: NoQuery, response: DONE },
    ),
    async (request, reply) => {
      await api.erase(userIdOf(request.params.userId));
      return reply.code(204).send(null);
    },
  );
}

function addProfile(scope: App, api: Api): void {
  scope.get(
    '/v1/users/:userId',
    described('users:read', 'Returns the profile of a user, empty if there is none.', {
      params: UserParams,
      querystring: NoQuery,
      response: { 200: User },
    }),
    async (request) => {
      const userId = userIdOf(request.params.userId);
      const { nickname, avatar } = await api.profile(userId);
      return { userId, nickname, avatar };
    },
  );
  scope.put(
    '/v1/users/:userId',
    described('users:write', 'Sets the profile; it wins over setSelfInfo, claims win over it.', {
      params: UserParams,
      querystring: NoQuery,
      body: Profile,
      response: { 200: User },
    }),
    async (request) => {
      const userId = userIdOf(request.params.userId);
      const { nickname, avatar } = request.body;
      const problem = nicknameProblem(nickname) ?? avatarProblem(avatar);
      if (problem !== null) {
        throw new CommandError('invalid-parameter', `nickname or avatar is invalid: ${problem}`);
      }
      await api.setProfile(userId, { nickname, avatar });
      return { userId, nickname, avatar };
    },
  );
}

function addSessions(scope: App, api: Api): void {
  scope.get(
    '/v1/users/:userId/sessions',
    described('users:read', 'Lists the connected sessions of a user.', {
      params: UserParams,
      querystring: NoQuery,
      response: { 200: Sessions },
    }),
    async (request) => ({
      sessionIds: [...(await api.sessions(userIdOf(request.params.userId)))],
    }),
  );
  scope.delete(
    '/v1/users/:userId/sessions',
    described(
      'users:write',
      'Signs out all sessions of a user (kicked-offline) and gives up their seats.',
      { params: UserParams, querystring: NoQuery, response: DONE },
    ),
    async (request, reply) => {
      await api.kick(userIdOf(request.params.userId));
      return reply.code(204).send(null);
    },
  );
}

function addBlockedList(scope: App, api: Api): void {
  scope.get(
    '/v1/users/:userId/blocked',
    described('users:read', 'Lists the users whom a user has blocked, ordered by id, in pages.', {
      params: UserParams,
      querystring: Page,
      response: { 200: BlockedUsers },
    }),
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor = null } = request.query;
      const userId = userIdOf(request.params.userId);
      const query = { list: 'blocked', userId };
      const page = await api.blockedBy(userId, { cursor: parseCursor(query, cursor), limit });
      const next = page.cursor === null ? null : createCursor(query, page.cursor);
      return { userIds: [...page.userIds], cursor: next };
    },
  );
}

function addBlocked(scope: App, api: Api): void {
  scope.put(
    '/v1/users/:userId/blocked/:otherUserId',
    described(
      'users:write',
      'Blocks calls from another user; the blocked caller cannot notice it.',
      {
        params: BlockedParams,
        querystring: NoQuery,
        response: DONE,
      },
    ),
    async (request, reply) => {
      const { userId, otherUserId } = request.params;
      await api.block(userIdOf(userId), userIdOf(otherUserId));
      return reply.code(204).send(null);
    },
  );
  scope.delete(
    '/v1/users/:userId/blocked/:otherUserId',
    described('users:write', 'Unblocks a user.', {
      params: BlockedParams,
      querystring: NoQuery,
      response: DONE,
    }),
    async (request, reply) => {
      const { userId, otherUserId } = request.params;
      await api.unblock(userIdOf(userId), userIdOf(otherUserId));
      return reply.code(204).send(null);
    },
  );
}

function addPushSubscriptions(scope: App, api: Api): void {
  scope.get(
    '/v1/users/:userId/push-subscriptions',
    described(
      'users:read',
      'Lists the devices of a user that are notified of rings, without their addresses and keys.',
      { params: UserParams, querystring: NoQuery, response: { 200: PushSubscriptions } },
    ),
    async (request) => {
      const targets = await api.pushTargets(userIdOf(request.params.userId));
      return {
        subscriptions: targets.map(({ targetId, platform, createdAt, expiresAt }) => ({
          id: targetId,
          platform,
          createdAt,
          expiresAt,
        })),
      };
    },
  );
}
