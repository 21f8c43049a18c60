import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.css': 'text/css; charset=utf-8',
  '.wav': 'audio/wav',
};

export interface PageServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves dist/ and the test pages as a customer's strict site would: the CSP of docs, on every page. */
export async function startPageServer(connectTo: () => readonly string[]): Promise<PageServer> {
  const server = createServer((request, response) => {
    void serve(request, response, contentSecurityPolicy(connectTo()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What docs/ tells a strict site to send; the whole suite runs under it. */
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
      'cache-control': 'no-store',
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}
