import { CallError } from '../../engine/api/call-error.ts';

/** The origin of a call server, and the path under which a proxy serves it ('' for none). */
export interface ServerAddress {
  readonly origin: string;
  readonly path: string;
}

/** @throws {CallError} invalid-parameter when it is not an absolute http(s) URL. */
export function parseServer(server: string): ServerAddress {
  const url = URL.canParse(server) ? new URL(server) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CallError('invalid-parameter', server);
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}
