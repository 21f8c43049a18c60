import { CallError } from '../engine/call-error.ts';

/** Where a call server is: its origin, and the path under which a proxy serves it ('' for none). */
export interface ServerAddress {
  readonly origin: string;
  readonly path: string;
}

/** @throws {CallError} invalid-parameter when it is not an absolute http(s) URL. */
export function parseServer(server: string): ServerAddress {
  if (!URL.canParse(server)) throw invalid(server);
  const url = new URL(server);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid(server);
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

function invalid(server: string): CallError {
  return new CallError(
    'invalid-parameter',
    `server must be a URL like https://calls.example, not "${server}"`,
  );
}
