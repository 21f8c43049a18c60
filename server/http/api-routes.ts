import { Type } from 'typebox';
import { parseCallId, parseUserId } from '../../src/protocol/index.ts';
import type { CallId, UserId } from '../../src/protocol/index.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import { CommandError } from '../shared/command-error.ts';
import { id, ERROR_RESPONSES, required, security } from './api-schema.ts';
import type { App } from './app.ts';
import { addBlockedRoutes } from './blocked-routes.ts';
import type { BlockedRouteDependencies } from './blocked-routes.ts';

/** Actions of the REST API. All are idempotent. @throws {CommandError} call-not-found */
export interface ApiRouteDependencies {
  readonly apiKeys: ApiKeys;
  readonly api: {
    readonly endCall: (callId: CallId) => Promise<void>;
    readonly removeMember: (callId: CallId, userId: UserId) => Promise<void>;
    /** Signs out all sessions of the user. */
    readonly kick: (userId: UserId) => Promise<void>;
  } & BlockedRouteDependencies;
}

/** The REST API, with `Authorization: Bearer <key of TUI_CALL_API_KEYS>`. Contains no call rules. */
export async function addApiRoutes(
  app: App,
  { apiKeys, api }: ApiRouteDependencies,
): Promise<void> {
  await app.register(async (scope: App) => {
    // Before the rest of the request is parsed.
    scope.addHook('onRequest', async (request) => {
      if (!apiKeys.accept(request.headers.authorization)) throw new CommandError('api-key-invalid');
    });
    addCallRoutes(scope, api);
    addBlockedRoutes(scope, api);
    scope.delete(
      '/v1/users/:userId/sessions',
      {
        schema: {
          summary: 'Signs out all sessions of a user (kicked-offline) and gives up their seats.',
          params: Type.Object({ userId: id.user }),
          response: { 204: Type.Null(), ...ERROR_RESPONSES },
          security,
        },
      },
      async (request, reply) => {
        await api.kick(required('userId', parseUserId(request.params.userId)));
        return reply.code(204).send(null);
      },
    );
  });
}

function addCallRoutes(scope: App, api: ApiRouteDependencies['api']): void {
  scope.delete(
    '/v1/calls/:callId',
    {
      schema: {
        summary: 'Ends a call for all its members, with the reason ended-by-server.',
        params: Type.Object({ callId: id.call }),
        response: { 204: Type.Null(), ...ERROR_RESPONSES },
        security,
      },
    },
    async (request, reply) => {
      await api.endCall(required('callId', parseCallId(request.params.callId)));
      return reply.code(204).send(null);
    },
  );
  scope.delete(
    '/v1/calls/:callId/members/:userId',
    {
      schema: {
        summary: 'Removes a member from a call and its media, permanently.',
        params: Type.Object({ callId: id.call, userId: id.user }),
        response: { 204: Type.Null(), ...ERROR_RESPONSES },
        security,
      },
    },
    async (request, reply) => {
      const call = required('callId', parseCallId(request.params.callId));
      await api.removeMember(call, required('userId', parseUserId(request.params.userId)));
      return reply.code(204).send(null);
    },
  );
}
