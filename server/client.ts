import type * as callbacks from './http/rest/callback-schemas.ts';
import type * as rest from './http/rest/schemas.ts';

export type {
  Callback,
  CallbackPatch,
  CallbackWithSecret,
  Callbacks,
  Deliveries,
  NewCallback,
  TestResult,
} from './http/rest/callback-schemas.ts';
export type {
  BlockedPage,
  Call,
  CallRecord,
  Invitation,
  LiveCallsPage,
  Muting,
  Problem,
  Profile,
  PushSubscriptionList,
  RecordsPage,
  RecordsQuery,
  SessionList,
  StartCall,
  Usage,
  UsageQuery,
  User,
} from './http/rest/schemas.ts';

/** A page of a list: how many entries, and the cursor of the page before. */
export interface PageOptions {
  /** 1 to 1000; 100 by default. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** Where the same key is sent again, the call server repeats its response instead of the action. Kept for 24 h. */
export interface OnceOptions {
  readonly idempotencyKey?: string;
}

/** The call server refused a request. */
export class CallServerError extends Error {
  override readonly name = 'CallServerError';
  /** As the server sent it; see docs/errors.md for its `name`. */
  readonly problem: rest.Problem;

  constructor(problem: rest.Problem) {
    super(`${problem.name}: ${problem.detail}`);
    this.problem = problem;
  }
}

/**
 * The REST API of a call server, for back ends. Each method rejects with a CallServerError if the server refuses,
 * and as `fetch` does if it does not respond within 10 s.
 */
export interface CallServerClient {
  readonly calls: {
    /** Starts a call for `callerId`: caller and callees ring at once on all their sessions. */
    start(call: rest.StartCall, options?: OnceOptions): Promise<{ readonly callId: string }>;
    /** The live calls, ordered by id. */
    list(page?: PageOptions): Promise<rest.LiveCallsPage>;
    get(callId: string): Promise<rest.Call>;
    /** For all members, with the reason `ended-by-server`. */
    end(callId: string): Promise<void>;
    invite(callId: string, invitation: rest.Invitation, options?: OnceOptions): Promise<void>;
    /** `true` mutes the member for all others; `false` lifts that and opens no device. */
    mute(callId: string, userId: string, muting: rest.Muting): Promise<void>;
    /** Permanently, unless the back end invites them again. */
    removeMember(callId: string, userId: string): Promise<void>;
  };
  readonly records: {
    /** Of a call that has ended. */
    get(callId: string): Promise<rest.CallRecord>;
    /** The newest first. */
    list(query?: rest.RecordsQuery): Promise<rest.RecordsPage>;
    /** The records of all pages, the newest first. */
    all(query?: rest.RecordsQuery): AsyncGenerator<rest.CallRecord, void, void>;
  };
  readonly usage: (query: rest.UsageQuery) => Promise<rest.Usage>;
  readonly callbacks: {
    /** The oldest first. */
    list(): Promise<callbacks.Callbacks>;
    get(id: string): Promise<callbacks.Callback>;
    /** Its `secret` is in this response only. */
    create(
      callback: callbacks.NewCallback,
      options?: OnceOptions,
    ): Promise<callbacks.CallbackWithSecret>;
    update(id: string, changes: callbacks.CallbackPatch): Promise<callbacks.Callback>;
    /** With its deliveries. */
    remove(id: string): Promise<void>;
    /** Makes a new secret; the one before signs as well for 24 h. */
    rotateSecret(id: string, options?: OnceOptions): Promise<callbacks.CallbackWithSecret>;
    /** Sends one `callback.test` now. */
    test(id: string, options?: OnceOptions): Promise<callbacks.TestResult>;
    /** With their attempts, the newest first. */
    deliveries(id: string, page?: PageOptions): Promise<callbacks.Deliveries>;
    /** Sends a delivery again that was delivered or given up. */
    replay(deliveryId: string, options?: OnceOptions): Promise<void>;
  };
  readonly users: {
    get(userId: string): Promise<rest.User>;
    setProfile(userId: string, profile: rest.Profile): Promise<rest.User>;
    /** Ends their sessions and calls, and replaces the id in records and usage by a random one. */
    erase(userId: string): Promise<void>;
    sessions(userId: string): Promise<rest.SessionList>;
    /** Signs out all sessions. */
    kick(userId: string): Promise<void>;
    blocked(userId: string, page?: PageOptions): Promise<rest.BlockedPage>;
    block(userId: string, otherUserId: string): Promise<void>;
    unblock(userId: string, otherUserId: string): Promise<void>;
    /** The devices that are notified of rings, without their addresses. */
    pushSubscriptions(userId: string): Promise<rest.PushSubscriptionList>;
  };
}

const TIMEOUT_MS = 10_000;

/**
 * A client of the REST API of a call server, with `fetch`.
 *
 * @param url of the call server, as `https://calls.example`.
 * @param key an API key, as `tui-call-server api-key create` prints it.
 *
 * @example
 *   const callServer = createCallServerClient('https://calls.example', process.env.CALL_SERVER_KEY);
 *   const { callId } = await callServer.calls.start({
 *     callerId: 'alice',
 *     userIds: ['bob'],
 *     mediaType: 'video',
 *   });
 */
export function createCallServerClient(url: string, key: string): CallServerClient {
  const send = sender(`${url.replace(/\/+$/, '')}/v1`, key);
  return {
    calls: callsOf(send),
    records: recordsOf(send),
    usage: (query) => send('GET', '/usage', { query }),
    callbacks: callbacksOf(send),
    users: usersOf(send),
  };
}

type Send = <T>(method: string, path: string, given?: Request) => Promise<T>;

function sender(base: string, key: string): Send {
  return async <T>(method: string, path: string, given: Request = {}) => {
    const { body, once } = given;
    const response = await fetch(`${base}${path}${queryText(given.query)}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(once?.idempotencyKey !== undefined && { 'idempotency-key': once.idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new CallServerError(await problemIn(response));
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}

function callsOf(send: Send): CallServerClient['calls'] {
  return {
    start: (body, once) => send('POST', '/calls', { body, once }),
    list: (query) => send('GET', '/calls', { query: { status: 'live', ...query } }),
    get: (callId) => send('GET', `/calls/${part(callId)}`),
    end: (callId) => send('DELETE', `/calls/${part(callId)}`),
    invite: (callId, body, once) => send('POST', `/calls/${part(callId)}/members`, { body, once }),
    mute: (callId, userId, body) =>
      send('PATCH', `/calls/${part(callId)}/members/${part(userId)}`, { body }),
    removeMember: (callId, userId) =>
      send('DELETE', `/calls/${part(callId)}/members/${part(userId)}`),
  };
}

function recordsOf(send: Send): CallServerClient['records'] {
  const list = (query: rest.RecordsQuery = {}) =>
    send<rest.RecordsPage>('GET', '/records', { query });
  return {
    get: (callId) => send('GET', `/records/${part(callId)}`),
    list,
    async *all(query = {}) {
      let page = await list(query);
      for (;;) {
        yield* page.records;
        if (page.cursor === null) return;
        page = await list({ ...query, cursor: page.cursor });
      }
    },
  };
}

function callbacksOf(send: Send): CallServerClient['callbacks'] {
  const callback = (id: string) => `/callbacks/${part(id)}`;
  return {
    list: () => send('GET', '/callbacks'),
    get: (id) => send('GET', callback(id)),
    create: (body, once) => send('POST', '/callbacks', { body, once }),
    update: (id, body) => send('PATCH', callback(id), { body }),
    remove: (id) => send('DELETE', callback(id)),
    rotateSecret: (id, once) => send('POST', `${callback(id)}/rotate-secret`, { once }),
    test: (id, once) => send('POST', `${callback(id)}/test`, { once }),
    deliveries: (id, query) => send('GET', `${callback(id)}/deliveries`, { query }),
    replay: (id, once) => send('POST', `/deliveries/${part(id)}/replay`, { once }),
  };
}

function usersOf(send: Send): CallServerClient['users'] {
  const user = (userId: string) => `/users/${part(userId)}`;
  const blocked = (userId: string, other: string) => `${user(userId)}/blocked/${part(other)}`;
  return {
    get: (userId) => send('GET', user(userId)),
    setProfile: (userId, body) => send('PUT', user(userId), { body }),
    erase: (userId) => send('DELETE', user(userId)),
    sessions: (userId) => send('GET', `${user(userId)}/sessions`),
    kick: (userId) => send('DELETE', `${user(userId)}/sessions`),
    blocked: (userId, query) => send('GET', `${user(userId)}/blocked`, { query }),
    block: (userId, other) => send('PUT', blocked(userId, other)),
    unblock: (userId, other) => send('DELETE', blocked(userId, other)),
    pushSubscriptions: (userId) => send('GET', `${user(userId)}/push-subscriptions`),
  };
}

interface Request {
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly once?: OnceOptions | undefined;
}

const part = encodeURIComponent;

function queryText(query: object = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(
    entries.map(([name, value]): [string, string] => [name, String(value)]),
  );
  return entries.length === 0 ? '' : `?${text.toString()}`;
}

/** A proxy in between may answer with something else. */
async function problemIn(response: Response): Promise<rest.Problem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  if (isProblem === true) return (await response.json()) as rest.Problem;
  const message = `The response is ${response.status} ${response.statusText}.`;
  return {
    ...{ type: 'about:blank', title: response.statusText, status: response.status },
    ...{ detail: message, code: 101_010, name: 'internal-error', message },
    retryable: response.status >= 500 || response.status === 429,
  };
}
