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
  '.jpg': 'image/jpeg',
  '.wasm': 'application/wasm',
};

/** What a test may change of the website, for answers from now on. */
export interface Website {
  /** The policy that is sent, given the strict one. */
  policyOf: (strict: string) => string;
  /** Files wait for this. */
  until: (path: string) => Promise<void>;
}

/** Serves dist/ and the test pages as a customer's strict site would: the CSP of docs, on every page. */
export function startPageServer(
  connectTo: () => readonly string[],
  website: Website,
): Promise<LoopbackServer> {
  return serveOnLoopback((request, response) => {
    const policy = website.policyOf(contentSecurityPolicy(connectTo()));
    void serve(request, response, policy, website);
  });
}

/** The policy that docs/ describes for a strict site; the whole suite runs under it. */
export function contentSecurityPolicy(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    `connect-src 'self' ${connectTo.join(' ')}`,
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
}

/** What docs/effects.md adds to it. */
export function withEffects(policy: string): string {
  return policy
    .replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    .replace('trusted-types lit-html', 'trusted-types lit-html tui-call');
}

/** elsewhere.html is widget.html with the widget's files on another origin. */
async function contentOf(path: string, file: string, host: string): Promise<Buffer | string> {
  if (path !== '/elsewhere.html') return readFile(file);
  const page = await readFile(join(ROOT, 'test/e2e/pages/widget.html'), 'utf8');
  return page.replace('/dist/', `http://${host.replace('127.0.0.1', 'localhost')}/dist/`);
}

function fileOf(path: string): string {
  if (path.startsWith('/dist/')) return join(ROOT, path);
  if (path === '/tui-call-push-worker.js') return join(ROOT, 'dist', path);
  if (path.startsWith('/media/')) return join(ROOT, 'test/support', path);
  return join(ROOT, 'test/e2e/pages', path);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  csp: string,
  website: Website,
): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
  const file = fileOf(path);
  try {
    await website.until(path);
    const body = await contentOf(path, file, request.headers.host ?? '');
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': csp,
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}
