import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
};

export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

export interface SiteContent {
  readonly headers: () => Readonly<Record<string, string>>;
  /** Path → what is there, made anew for whoever asks; `user` is who has signed in (a cookie). */
  readonly pages?: Readonly<Record<string, (user: string) => string | Promise<string>>>;
  /** Where files of every other path lie. */
  readonly folder: () => string;
}

/** A web site of a customer's, with an origin of its own. */
export async function startSite(content: SiteContent): Promise<Site> {
  const server = createServer((request, response) => void serve(content, request, response));
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
