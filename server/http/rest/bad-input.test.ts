import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createApiKey, SCOPES } from '../../api/api-key.ts';
import { createServer } from '../../create-server.ts';
import type { CallServer } from '../../create-server.ts';
import { createLog } from '../../shared/log.ts';
import { SqliteStore } from '../../store/sqlite-store.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeMediaServer } from '../../testing/fake-media-server.ts';
import { rest } from '../../testing/rest-client.ts';
import type { RestRequest } from '../../testing/rest-client.ts';
import { API_KEY, TEST_CONFIG } from '../../testing/test-server.ts';

/** Every route of the REST API, as the server itself describes it, so that a new one is tested as well. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  readonly body: BodySchema | null;
  readonly query: readonly Parameter[];
}

interface BodySchema {
  readonly properties: Readonly<Record<string, { readonly type?: string }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly type?: string; readonly enum?: readonly string[] };
}

interface Operation {
  readonly description?: string;
  readonly security?: unknown;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: BodySchema }> };
}

let folder: string;
let file: string;
let server: CallServer;
let routes: readonly Route[];
let callId: string;
const clock = new FakeClock();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tui-call-bad-input-'));
  file = join(folder, 'calls.db');
  server = await createServer({
    config: { ...TEST_CONFIG, database: { file } },
    media: new FakeMediaServer(),
    clock,
    log: createLog('silent'),
  });
  routes = await describedRoutes();
  const body = { callerId: 'alice', userIds: ['bob'], mediaType: 'video' };
  const started = await rest(server, 'POST /v1/calls', { body });
  ({ callId } = started.body as { callId: string });
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('every route of the REST API', () => {
  it('is described with the scope it needs', () => {
    assert.ok(routes.length >= 19, `${routes.length}`);
    for (const { scope } of routes) assert.ok((SCOPES as readonly string[]).includes(scope), scope);
  });

  it('refuses a request without a valid key, also with one in the address', async () => {
    const keys = [
      null,
      '',
      'x',
      `${API_KEY}x`,
      'tuic_0_0',
      `tuic_${'0'.repeat(16)}_${'0'.repeat(64)}`,
    ];
    for (const route of routes) {
      for (const key of keys) await refused(route, { key }, 401, 'api-key-invalid');
      for (const name of ['key', 'api_key', 'access_token', 'authorization']) {
        const inAddress = { ...route, path: withQuery(route.path, `${name}=${API_KEY}`) };
        await refused(inAddress, { key: null }, 401, 'api-key-invalid');
      }
    }
  });

  it('refuses a key that has expired, was revoked, or lacks the scope', async () => {
    const expired = await newKey(SCOPES.join(','), '1h');
    const revoked = await newKey(SCOPES.join(','));
    await inStore((store) => store.transaction((tx) => tx.api.deleteApiKey(revoked.keyId)));
    clock.advance(3600_000);
    for (const route of routes) {
      for (const { key } of [expired, revoked]) {
        await refused(route, { key }, 401, 'api-key-invalid');
      }
      const others = SCOPES.filter((scope) => scope !== route.scope).join(',');
      const { key } = await newKey(others);
      await refused(route, { key }, 403, 'scope-missing');
    }
  });

  it('refuses malformed ids in its path', async () => {
    for (const route of routes) {
      for (const [name, bad] of [
        ['{callId}', ['short', 'x'.repeat(65), 'an-id-with-a-space%20in-it', '%00'.repeat(16)]],
        ['{userId}', ['a%20b', 'x'.repeat(65), '%F0%9F%98%80', 'a%2Fb', '%00']],
        ['{otherUserId}', ['a%20b', 'x'.repeat(65)]],
      ] as const) {
        if (!route.path.includes(name)) continue;
        for (const id of bad)
          await refused({ ...route, path: route.path.replace(name, id) }, {}, 400);
      }
    }
  });

  it('refuses unknown and repeated parameters, and those of a wrong type', async () => {
    for (const route of routes) {
      for (const query of ['unknown=1', '__proto__=1', `key=${API_KEY}`, 'limit[]=1']) {
        await refused({ ...route, path: withQuery(route.path, query) }, {}, 400);
      }
      for (const { name, schema } of route.query) {
        for (const value of wrongValues(schema)) {
          const path = withQuery(route.path, `${name}=${encodeURIComponent(value)}`, name);
          await refused({ ...route, path }, {}, 400, 'invalid-parameter');
        }
        const twice = withQuery(route.path, `${name}=1&${name}=2`, name);
        await refused({ ...route, path: twice }, {}, 400);
      }
    }
  });

  it('refuses a cursor that is malformed or of another query', async () => {
    const lists = routes.filter(({ query }) => query.some(({ name }) => name === 'cursor'));
    assert.ok(lists.length >= 6);
    for (const route of lists) {
      for (const cursor of ['%20', 'x'.repeat(600), 'AAAAAAAAAAAAAAAAAAAA', 'bm8gY3Vyc29y!']) {
        await refused({ ...route, path: withQuery(route.path, `cursor=${cursor}`) }, {}, 400);
      }
    }
  });

  it('refuses bodies that are no JSON, of a wrong shape, or too large', async () => {
    const withBody = routes.filter(({ body }) => body !== null);
    assert.ok(withBody.length >= 3);
    for (const route of withBody) {
      for (const body of ['{', '', 'null', '[]', '1', '"x"', '{}', '{"__proto__":{"x":1}}']) {
        await refused(route, { body }, 400);
      }
      await refused(route, { body: 'x'.repeat(70_000) }, 413);
      await refused(route, { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415);
      const { body } = validBody(route);
      await refused(route, { body: { ...body, unknown: 1 } }, 400);
      for (const [name, schema] of Object.entries(route.body?.properties ?? {})) {
        for (const value of wrongTypes(schema.type)) {
          await refused(route, { body: { ...body, [name]: value } }, 400, 'invalid-parameter');
        }
      }
    }
  });

  it('refuses a malformed Idempotency-Key', async () => {
    for (const route of routes.filter(({ method }) => method === 'POST')) {
      for (const idempotencyKey of ['', 'x'.repeat(256), 'with space']) {
        const headers = { 'idempotency-key': idempotencyKey };
        await refused(route, { ...validBody(route), headers }, 400, 'invalid-parameter');
      }
    }
  });

  it('answers for a call or a member that does not exist as for one that never did', async () => {
    const unknown = routes.filter(({ path }) => path.includes('{callId}'));
    for (const route of unknown) {
      const ids = ['an-id-of-no-call-at-all', 'another-id-of-no-call'];
      const answers = [];
      for (const id of ids) {
        const path = route.path.replace('{callId}', id).replace('{userId}', 'bob');
        const { status, body } = await rest(server, `${route.method} ${path}`, validBody(route));
        answers.push({ status, body });
      }
      assert.equal(answers[0]?.status, 404, route.path);
      assert.deepEqual(answers[0], answers[1]);
    }
  });

  it('has changed nothing by all that', async () => {
    const { body } = await rest(server, 'GET /v1/calls');
    const { calls } = body as { calls: readonly { callId: string; members: object[] }[] };
    assert.deepEqual(
      calls.map((call) => [call.callId, call.members.length]),
      [],
    );
    // The only call has rung out by itself when the clock was advanced.
    const records = (await rest(server, 'GET /v1/records')).body as {
      records: { callId: string; result: string }[];
    };
    assert.deepEqual(
      records.records.map((record) => [record.callId, record.result]),
      [[callId, 'no-response']],
    );
    const blocked = await rest(server, 'GET /v1/users/bob/blocked');
    assert.deepEqual(blocked.body, { userIds: [], cursor: null });
    const user = await rest(server, 'GET /v1/users/bob');
    assert.deepEqual(user.body, { userId: 'bob', nickname: '', avatar: '' });
  });
});

describe('rate limits', () => {
  it('count per key, and are in the headers', async (t) => {
    const rates = { ...TEST_CONFIG.rates, apiRequestsPerMinute: 2 };
    const limited = await createServer({
      config: { ...TEST_CONFIG, rates },
      media: new FakeMediaServer(),
      log: createLog('silent'),
    });
    t.after(() => limited.close());
    const first = await rest(limited, 'GET /v1/calls');
    assert.equal(first.headers.get('ratelimit-limit'), '2');
    assert.equal(first.headers.get('ratelimit-remaining'), '1');
    await rest(limited, 'GET /v1/records');
    const third = await rest(limited, 'GET /v1/calls');
    assert.equal(third.status, 429);
    assert.ok(Number(third.headers.get('retry-after')) > 0);
    assert.equal((third.body as { name: string }).name, 'rate-limited');
    assert.equal((await rest(limited, 'GET /v1/calls', { key: 'x' })).status, 401);
  });

  it('count invalid keys per address, and never refuse a valid one for them', async (t) => {
    const rates = { ...TEST_CONFIG.rates, apiRequestsPerMinute: 100, invalidApiKeysPerMinute: 2 };
    const limited = await createServer({
      config: { ...TEST_CONFIG, rates },
      media: new FakeMediaServer(),
      log: createLog('silent'),
    });
    t.after(() => limited.close());
    const statuses: (number | string | null)[][] = [];
    for (const key of ['x', null, 'y']) {
      const { status, headers } = await rest(limited, 'GET /v1/calls', { key });
      assert.equal(headers.get('ratelimit-limit'), '2');
      statuses.push([status, headers.get('ratelimit-remaining')]);
      assert.ok(Number(headers.get('ratelimit-reset')) > 0);
      assert.equal(headers.has('retry-after'), status === 429);
    }
    assert.deepEqual(statuses, [
      [401, '1'],
      [401, '0'],
      [429, '0'],
    ]);
    assert.equal((await rest(limited, 'GET /v1/calls')).status, 200);
  });
});

async function refused(
  route: Route,
  request: RestRequest,
  status: number,
  name?: string,
): Promise<void> {
  const path = route.path
    .replace('{callId}', callId)
    .replace('{userId}', 'bob')
    .replace('{otherUserId}', 'carol');
  const needsBody = route.body !== null && request.body === undefined;
  const sent = needsBody ? { ...validBody(route), ...request } : request;
  const response = await rest(server, `${route.method} ${path}`, sent);
  const what = `${route.method} ${path} ${JSON.stringify(sent)?.slice(0, 300)}: ${response.text}`;
  assert.equal(response.status, status, what);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/, what);
  const problem = response.body as Readonly<Record<string, unknown>>;
  assert.deepEqual(
    Object.keys(problem),
    ['type', 'title', 'status', 'detail', 'code', 'name', 'message', 'retryable'],
    what,
  );
  assert.equal(problem['status'], status, what);
  if (name !== undefined) assert.equal(problem['name'], name, what);
  assert.ok(!response.text.includes('    at ') && !response.text.includes(API_KEY), what);
}

/** A body that the route accepts. */
function validBody({ body, path }: Route): { readonly body?: Record<string, unknown> } {
  if (body === null) return {};
  if (path.endsWith('/members/{userId}')) return { body: { audioMuted: true } };
  if (path.endsWith('/members')) return { body: { userIds: ['carol'] } };
  if (path.startsWith('/v1/users')) return { body: { nickname: 'x', avatar: '' } };
  return { body: { callerId: 'alice', userIds: ['bob'], mediaType: 'video' } };
}

function wrongTypes(type: string | undefined): readonly unknown[] {
  if (type === 'array') return ['x', {}, 1, null, [1], [null], [{}], ['a b'], []];
  if (type === 'integer') return ['x', {}, [], 1.5, -1, null, 1e9];
  if (type === 'boolean') return ['x', {}, [], 1, null];
  return [1, {}, [], null, true, 'x'.repeat(5000)];
}

function wrongValues({ type, enum: values }: Parameter['schema']): readonly string[] {
  if (type === 'integer') return ['', 'x', '0', '-1', '1001', '1.5', '1e2', '0x10', '9'.repeat(30)];
  return values === undefined ? ['x'.repeat(600)] : ['', 'x', `${values[0]} `];
}

function withQuery(path: string, query: string, without = ''): string {
  const base = path.includes('?') ? path : `${path}?`;
  const [head = '', tail = ''] = base.split('?');
  const kept = tail.split('&').filter((one) => one !== '' && one.split('=')[0] !== without);
  return `${head}?${[...kept, query].join('&')}`;
}

async function describedRoutes(): Promise<readonly Route[]> {
  const description = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  return Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]): Route[] => {
      if (operation.security === undefined) return [];
      const query = (operation.parameters ?? []).filter((one) => one.in === 'query');
      const needed = query.filter(({ required }) => required === true);
      const valid = needed.map(({ name, schema }) => `${name}=${validValue(name, schema)}`);
      return [
        {
          method: method.toUpperCase(),
          path: valid.length === 0 ? path : `${path}?${valid.join('&')}`,
          scope: /Scope: `(.*)`/.exec(operation.description ?? '')?.[1] ?? '',
          body: operation.requestBody?.content['application/json']?.schema ?? null,
          query,
        },
      ];
    }),
  );
}

function validValue(name: string, schema: Parameter['schema']): string {
  return schema.enum?.[0] ?? (name === 'to' ? '2026-02-01' : '2026-01-01');
}

async function newKey(scopes: string, expires?: string) {
  const { stored, key } = createApiKey({ name: 'test', scopes, expires }, clock.wall());
  await inStore((store) => store.transaction((tx) => tx.api.saveApiKey(stored)));
  return { keyId: stored.keyId, key };
}

/** As the commands of another process do. */
async function inStore<T>(work: (store: SqliteStore) => Promise<T>): Promise<T> {
  const store = await SqliteStore.openBeside(file);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
