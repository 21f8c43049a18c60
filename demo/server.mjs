import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { createUserSig } from './user-sig.mjs';
import { bundleStates } from './states-bundle.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

const USER_ID = /^[A-Za-z0-9_.@-]{1,64}$/;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * The demo's web server: the pages of demo/, the built widget under /dist/, and a userSig for any user on request.
 * Because every client can sign in as every user, the server listens on loopback only and rejects other host names
 * (protection against DNS rebinding).
 */
export async function startDemoServer({ root, port, callServerUrl, livekitUrl, secret }) {
  const site = {
    root,
    headers: securityHeaders([callServerUrl, livekitUrl]),
    config: { server: callServerUrl },
    secret,
  };
  const server = createServer((request, response) => {
    answer(site, request).then(
      ({ status = 200, type, body, headers = {} }) => {
        response.writeHead(status, { ...site.headers, 'Content-Type': type, ...headers });
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      () => response.writeHead(500, site.headers).end(),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** No inline code and no other origins; connections only to the call server and the media server. */
export function securityHeaders(servers) {
  const connections = servers.flatMap((url) => [
    url.replace(/^ws/, 'http').replace(/\/$/, ''),
    url.replace(/^http/, 'ws').replace(/\/$/, ''),
  ]);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // data: for the dot that the widget draws on the page's icon.
    "img-src 'self' data:",
    `connect-src 'self' ${connections.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Permissions-Policy': 'camera=(self), microphone=(self), display-capture=(self)',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  };
}

async function answer(site, request) {
  if (!LOOPBACK_HOST.test(request.headers.host ?? '')) return text(403, 'Only on this machine.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Only GET.');
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/config.json') return json(site.config);
  if (url.pathname === '/user-sig') return userSig(site, url.searchParams);
  if (url.pathname === '/states.js') {
    return { type: TYPES['.js'], body: await bundleStates(site.root) };
  }
  return file(site.root, url.pathname);
}

function userSig({ secret }, query) {
  const userId = query.get('userId') ?? '';
  if (!USER_ID.test(userId)) return text(400, 'userId is 1 to 64 of A-Z a-z 0-9 _ . @ -');
  const name = query.get('name') ?? undefined;
  const { headers, ...answered } = json({
    userId,
    userSig: createUserSig({ secret, userId, name }),
  });
  return { ...answered, headers: { ...headers, 'Cache-Control': 'no-store' } };
}

async function file(root, pathname) {
  const path = filePath(root, pathname);
  const type = TYPES[extname(path ?? '')];
  if (path === null || type === undefined) return text(404, 'No such page.');
  try {
    const body = await readFile(path);
    // A page of another origin may load the widget from here, and nothing else.
    const headers = pathname.startsWith('/dist/') ? { 'Access-Control-Allow-Origin': '*' } : {};
    return { type, body, headers };
  } catch {
    return text(404, 'No such page.');
  }
}

/** The file of a path inside demo/ or dist/; null for a path outside of them. */
export function filePath(root, pathname) {
  let path;
  try {
    path = normalize(decodeURIComponent(pathname === '/' ? '/index.html' : pathname));
  } catch {
    return null;
  }
  if (path.includes('\0') || path.split(sep).includes('..')) return null;
  // The code of the demo's server is not public.
  if (extname(path) === '.mjs') return null;
  return path.startsWith(`${sep}dist${sep}`) ? join(root, path) : join(root, 'demo', path);
}

const text = (status, body) => ({ status, type: TYPES['.txt'], body });
const json = (value) => ({ type: TYPES['.json'], body: JSON.stringify(value) });
