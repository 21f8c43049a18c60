import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LIMITS, parseCallId, parseCommandId } from '../../../src/protocol/index.ts';
import type { CommandId } from '../../../src/protocol/index.ts';
import { createCursor, parseCursor } from '../../api/cursor.ts';
import { callResource } from '../../api/record.ts';
import { CommandError } from '../../shared/command-error.ts';
import type { App } from '../app.ts';
import type { Api } from './api.ts';
import { callIdOf, described, DONE, userIdOf } from './route.ts';
import {
  Call,
  CallParams,
  Invitation,
  LiveCalls,
  LiveCallsQuery,
  MemberParams,
  Muting,
  NoQuery,
  OnceHeaders,
  StartCall,
  StartedCall,
} from './schemas.ts';

const DEFAULT_LIMIT = 100;
const TIMEOUT = LIMITS.defaultTimeoutSeconds;

/** Calls and their members. */
export function addCallRoutes(scope: App, api: Api): void {
  addStart(scope, api);
  addReads(scope, api);
  scope.delete(
    '/v1/calls/:callId',
    described('calls:write', 'Ends a call for all its members, with the reason ended-by-server.', {
      params: CallParams,
      querystring: NoQuery,
      response: DONE,
    }),
    async (request, reply) => {
      await api.endCall(callIdOf(request.params.callId));
      return reply.code(204).send(null);
    },
  );
  addMembers(scope, api);
  addMuting(scope, api);
}

function addStart(scope: App, api: Api): void {
  scope.post(
    '/v1/calls',
    described(
      'calls:write',
      'Starts a call for a user: caller and callees ring at once on all their sessions.',
      {
        body: StartCall,
        headers: OnceHeaders,
        querystring: NoQuery,
        response: { 201: StartedCall },
      },
    ),
    async (request, reply) => {
      const { callerId, userIds, mediaType, groupId = '', userData = '' } = request.body;
      if (Buffer.byteLength(userData) > LIMITS.userDataBytes) {
        throw new CommandError('invalid-parameter', 'userData is too long');
      }
      const { callId } = await api.start({
        id: commandIdOf(request) ?? api.newCommandId(),
        callerId: userIdOf(callerId),
        userIds: userIds.map(userIdOf),
        ...{ mediaType, groupId, userData },
        timeout: request.body.timeout ?? TIMEOUT,
      });
      return reply.code(201).send({ callId });
    },
  );
}

function addReads(scope: App, api: Api): void {
  scope.get(
    '/v1/calls',
    described('calls:read', 'Lists the live calls, ordered by id, in pages.', {
      querystring: LiveCallsQuery,
      response: { 200: LiveCalls },
    }),
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor = null } = request.query;
      const query = { list: 'live-calls' };
      const after = parseCursor(query, cursor);
      const found = await api.liveCalls(after === null ? null : parseCallId(after), limit + 1);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        calls: page.map(callResource),
        cursor: last === undefined ? null : createCursor(query, last.callId),
      };
    },
  );
  scope.get(
    '/v1/calls/:callId',
    described('calls:read', 'Returns a call, live or ended.', {
      params: CallParams,
      querystring: NoQuery,
      response: { 200: Call },
    }),
    async (request) => callResource(await api.call(callIdOf(request.params.callId))),
  );
}

function addMembers(scope: App, api: Api): void {
  scope.post(
    '/v1/calls/:callId/members',
    described('calls:write', 'Invites users into a call; members who ring or are in it stay so.', {
      params: CallParams,
      querystring: NoQuery,
      headers: OnceHeaders,
      body: Invitation,
      response: DONE,
    }),
    async (request, reply) => {
      const { userIds, timeout = TIMEOUT } = request.body;
      const callId = callIdOf(request.params.callId);
      await api.invite(callId, userIds.map(userIdOf), timeout);
      return reply.code(204).send(null);
    },
  );
  scope.delete(
    '/v1/calls/:callId/members/:userId',
    described('calls:write', 'Removes a member from a call and its media, permanently.', {
      params: MemberParams,
      querystring: NoQuery,
      response: DONE,
    }),
    async (request, reply) => {
      const { callId, userId } = request.params;
      await api.removeMember(callIdOf(callId), userIdOf(userId));
      return reply.code(204).send(null);
    },
  );
}

function addMuting(scope: App, api: Api): void {
  scope.patch(
    '/v1/calls/:callId/members/:userId',
    described('calls:write', 'Mutes a member for all others, or lifts that.', {
      params: MemberParams,
      querystring: NoQuery,
      body: Muting,
      response: DONE,
    }),
    async (request, reply) => {
      const { callId, userId } = request.params;
      await api.mute({ callId: callIdOf(callId), userId: userIdOf(userId), ...request.body });
      return reply.code(204).send(null);
    },
  );
}

/** The same for each request with this Idempotency-Key: a crash between commit and response starts no second call. */
function commandIdOf({ idempotent }: FastifyRequest): CommandId | null {
  if (idempotent === null) return null;
  const text = `${idempotent.keyId} ${idempotent.idempotencyKey}`;
  return parseCommandId(createHash('sha256').update(text).digest('base64url'));
}
