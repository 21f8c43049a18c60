import { readFile } from 'node:fs/promises';
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { serveOnLoopback, type LoopbackServer } from '../../support/loopback-server.ts';
import { EXAMPLES, installedFile } from './workspace.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Where the files of each path are. Every other path is a folder of the examples. */
const FOLDERS: Readonly<Record<string, string>> = {
  'tui-call': installedFile('tui-call', 'dist'),
  // The same script at a second address: its modules are others, as those of another version.
  'other-version': installedFile('tui-call', 'dist'),
  // The page of the script tag, which the site changes.
  'two-versions': join(EXAMPLES, 'script-tag'),
  integrity: join(EXAMPLES, 'script-tag'),
  react: join(EXAMPLES, 'react', 'dist'),
  vue: join(EXAMPLES, 'vue', 'dist'),
  svelte: join(EXAMPLES, 'svelte', 'dist'),
  solid: join(EXAMPLES, 'solid', 'dist'),
  angular: join(EXAMPLES, 'angular', 'dist', 'browser'),
};

export interface ExampleSite {
  /** The JSON of /session for this user: what the page needs to sign in. */
  readonly session: (userId: string) => Promise<object>;
  /** Changes a page before it is sent. */
  readonly changed?: (path: string, html: string) => Promise<string>;
  /** The server of a framework, which answers everything but /session. */
  readonly upstream?: string;
}

/** The site of a customer, on whose pages the examples are; a cookie names the signed-in user. */
export function startExampleSite(site: ExampleSite): Promise<LoopbackServer> {
  return serveOnLoopback((request, response) => void answer(site, request, response));
}

/** Answers /session. Returns false for every other path. */
export async function answerSession(
  { session }: Pick<ExampleSite, 'session'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = pathOf(request);
  if (path === '/favicon.ico') {
    response.writeHead(204).end();
    return true;
  }
  if (path !== '/session') return false;
  const user = /user=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  const body = JSON.stringify(await session(user));
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body);
  return true;
}

async function answer(
  site: ExampleSite,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (await answerSession(site, request, response)) return;
  if (site.upstream === undefined) await sendFile(site, pathOf(request), response);
  else pass(site.upstream, request, response);
}

const pathOf = ({ url }: IncomingMessage): string =>
  normalize(new URL(url ?? '/', 'http://site').pathname);

async function sendFile(
  { changed }: ExampleSite,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const [, name = '', ...rest] = (path.endsWith('/') ? `${path}index.html` : path).split('/');
  const file =
    path === '/turbo/turbo.js'
      ? installedFile('@hotwired', 'turbo', 'dist', 'turbo.es2017-esm.js')
      : join(FOLDERS[name] ?? join(EXAMPLES, name), ...rest);
  try {
    const body = await readFile(file);
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const isPage = extname(file) === '.html' && changed !== undefined;
    const sent = isPage ? await changed(path, body.toString()) : body;
    response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' });
    response.end(sent);
  } catch {
    response.writeHead(404).end();
  }
}

function pass(upstream: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '/' } = request;
  const passed = ask(new URL(url, upstream), { method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  passed.once('error', () => response.writeHead(502).end());
  request.pipe(passed);
}
