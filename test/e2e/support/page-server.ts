import type { IncomingMessage, ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { serveOnLoopback, type LoopbackServer } from '../../support/loopback-server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.css': 'text/css; charset=utf-8',
  '.wav': 'audio/wav',
};

/** Serves dist/ and the test pages as a customer's strict site would: the CSP of docs, on every page. */
export function startPageServer(connectTo: () => readonly string[]): Promise<LoopbackServer> {
  return serveOnLoopback((request, response) => {
    void serve(request, response, contentSecurityPolicy(connectTo()));
  });
}

/** The policy that docs/ describes for a strict site; the whole suite runs under it. */
export function contentSecurityPolicy(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    `connect-src 'self' ${connectTo.join(' ')}`,
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  csp: string,
): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
  const file = path.startsWith('/dist/') ? join(ROOT, path) : join(ROOT, 'test/e2e/pages', path);
  try {
    const body = await readFile(file);
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': csp,
      'cache-control': 'no-cache',
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}
