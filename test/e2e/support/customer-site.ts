import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { serveOnLoopback, type LoopbackServer } from '../../support/loopback-server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
};

export interface SiteContent {
  readonly headers: () => Readonly<Record<string, string>>;
  /** Path → content, made for each request; `user` is the signed-in user (a cookie). */
  readonly pages?: Readonly<Record<string, (user: string) => string | Promise<string>>>;
  /** The folder of the files for every other path. */
  readonly folder: () => string;
}

/** A customer's web site, with its own origin. */
export function startSite(content: SiteContent): Promise<LoopbackServer> {
  return serveOnLoopback((request, response) => void serve(content, request, response));
}

async function serve(
  { headers, pages = {}, folder }: SiteContent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://site').pathname);
  const user = /user=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  try {
    const page = pages[path];
    const body = page ? await page(user) : await readFile(join(folder(), path));
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, ...headers() }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}
