import { recordsCsv } from '../../api/record.ts';
import { usageCsv } from '../../api/history.ts';
import type { History, RecordsRequest } from '../../api/history.ts';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import type { Api } from './api.ts';
import { callIdOf, described, userIdOf } from './route.ts';
import {
  CallParams,
  CallRecord,
  NoQuery,
  Records,
  RecordsQuery,
  Usage,
  UsageQuery,
} from './schemas.ts';

const DEFAULT_LIMIT = 100;
const CSV_TYPE = 'text/csv; charset=utf-8';
/** The cursor of the next page of a CSV. */
const NEXT_CURSOR = 'tui-call-cursor';

const CSV = {
  200: {
    description: `One row per line, with a header. The header ${NEXT_CURSOR} has the cursor of the next page.`,
    content: { 'text/csv': { schema: Type.String() } },
  },
};

/** Records of calls that have ended, and usage. */
export function addHistoryRoutes(scope: App, { history }: Api): void {
  addRecords(scope, history);
  addUsage(scope, history);
}

function addRecords(scope: App, history: History): void {
  const records = ({ limit = DEFAULT_LIMIT, cursor, ...query }: RecordsQuery) =>
    history.records(requestOf(query), { limit, cursor: cursor ?? null });
  scope.get(
    '/v1/records',
    described('records:read', 'Lists records by conditions, the newest first, in pages.', {
      querystring: RecordsQuery,
      response: { 200: Records },
    }),
    (request) => records(request.query),
  );
  scope.get(
    '/v1/records.csv',
    described('records:read', 'The same records as CSV, one row per member.', {
      querystring: RecordsQuery,
      response: CSV,
    }),
    async (request, reply) => {
      const page = await records(request.query);
      return sendCsv(reply, recordsCsv(page.records), page.cursor);
    },
  );
  scope.get(
    '/v1/records/:callId',
    described('records:read', 'Returns the record of a call that has ended.', {
      params: CallParams,
      querystring: NoQuery,
      response: { 200: CallRecord },
    }),
    (request) => history.record(callIdOf(request.params.callId)),
  );
}

function addUsage(scope: App, history: History): void {
  const usage = ({ limit = DEFAULT_LIMIT, cursor, ...query }: UsageQuery) =>
    history.usage(query, { limit, cursor: cursor ?? null });
  scope.get(
    '/v1/usage',
    described('usage:read', 'Minutes of members in calls per day, user or group, in pages.', {
      querystring: UsageQuery,
      response: { 200: Usage },
    }),
    (request) => usage(request.query),
  );
  scope.get(
    '/v1/usage.csv',
    described('usage:read', 'The same figures as CSV.', {
      querystring: UsageQuery,
      response: CSV,
    }),
    async (request, reply) => {
      const page = await usage(request.query);
      return sendCsv(reply, usageCsv(page.usage), page.cursor);
    },
  );
}

function sendCsv(reply: FastifyReply, text: string, cursor: string | null): FastifyReply {
  if (cursor !== null) void reply.header(NEXT_CURSOR, cursor);
  return reply.type(CSV_TYPE).send(text);
}

function requestOf({ userId, ...rest }: Omit<RecordsQuery, 'limit' | 'cursor'>): RecordsRequest {
  return userId === undefined ? rest : { ...rest, userId: userIdOf(userId) };
}
