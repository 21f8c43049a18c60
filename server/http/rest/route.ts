import { Type } from 'typebox';
import { ERRORS, parseCallId, parseUserId } from '../../../src/protocol/index.ts';
import type { CallId, UserId } from '../../../src/protocol/index.ts';
import type { Scope } from '../../api/api-key.ts';
import { CommandError } from '../../shared/command-error.ts';
import { Problem } from './schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope that an API key needs for the route. */
    scope?: Scope;
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

const problem = (description: string) => ({
  description,
  content: { [PROBLEM_TYPE]: { schema: Problem } },
});

/** The error responses of every route. */
export const PROBLEMS = {
  400: problem('The request is malformed.'),
  401: problem(ERRORS['api-key-invalid'].meaning),
  403: problem(ERRORS['scope-missing'].meaning),
  404: problem('There is no such call, member, callback or route.'),
  409: problem('The request does not fit the state of the call, or is under way.'),
  413: problem('The body is too large.'),
  415: problem('The body is not JSON.'),
  422: problem(ERRORS['idempotency-key-reused'].meaning),
  429: problem(ERRORS['rate-limited'].meaning),
  500: problem(ERRORS['internal-error'].meaning),
  503: problem('The database or LiveKit does not respond.'),
};

export const DONE = { 204: Type.Null({ description: 'Done.' }) };

/** The description of a route: what it does, the scope it needs, and its responses. */
export function described<T extends object, R extends object>(
  scope: Scope,
  summary: string,
  schema: T & { readonly response: R },
) {
  return {
    config: { scope },
    schema: {
      ...schema,
      summary,
      description: `Scope: \`${scope}\`.`,
      tags: [scope.split(':')[0] ?? ''],
      security: [{ apiKey: [] }],
      response: { ...schema.response, ...PROBLEMS },
    },
  };
}

/** The schema has checked it. @throws {CommandError} invalid-parameter */
export function callIdOf(text: string): CallId {
  return required('callId', parseCallId(text));
}

/** The schema has checked it. @throws {CommandError} invalid-parameter */
export function userIdOf(text: string): UserId {
  return required('userId', parseUserId(text));
}

function required<T>(name: string, value: T | null): T {
  if (value === null) throw new CommandError('invalid-parameter', `${name} is malformed`);
  return value;
}
