import { API_KEY } from './test-server.ts';

/** A response of the REST API, with its body read. */
export interface RestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined without a body. */
  readonly body: unknown;
}

export interface RestRequest {
  readonly body?: unknown;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends `GET /v1/…` and the like; a string as `body` is sent as it is. */
export async function rest(
  { url }: { readonly url: string },
  request: string,
  { body, key = API_KEY, headers = {} }: RestRequest = {},
): Promise<RestResponse> {
  const [method = '', path = ''] = request.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as unknown) : undefined,
  };
}
