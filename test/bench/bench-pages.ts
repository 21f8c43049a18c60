import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, parse } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Serves each of pages/ as /name.html, bundled and minified, and dist/ beside them. */
export async function startBenchPages(): Promise<{ url: string; stop(): void }> {
  const scripts = new Map<string, string>();
  for (const file of [
    'bare.ts',
    'caller.ts',
    'effects-alone.ts',
    'lit-alone.ts',
    'livekit-alone.ts',
    'livekit-prefab.js',
  ]) {
    const result = await build({
      entryPoints: [join(import.meta.dirname, 'pages', file)],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      conditions: ['production'],
      define: { 'process.env.NODE_ENV': '"production"' },
      write: false,
    });
    scripts.set(`/${parse(file).name}.js`, result.outputFiles[0]?.text ?? '');
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://bench').pathname;
    const script = scripts.get(path);
    const module = path.replace(/\.html$/, '.js');
    if (script !== undefined) response.setHeader('content-type', 'text/javascript').end(script);
    else if (path.endsWith('.html'))
      response.setHeader('content-type', 'text/html').end(page(module));
    else {
      const type = TYPES[extname(path)] ?? 'text/javascript';
      response.setHeader('content-type', type);
      readFile(join(ROOT, path)).then(
        (body) => response.end(body),
        () => response.writeHead(404).end(),
      );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function page(module: string): string {
  const body = '<body><tui-call></tui-call></body>';
  return `<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="${module}"></script>${body}`;
}
