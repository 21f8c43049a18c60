import { build, type OutputFile } from 'esbuild';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  LIVEKIT_TSCONFIG,
  livekitSources,
} from '../../../scripts/build/bundle/livekit-from-source.mjs';
import { serveOnLoopback } from '../../support/loopback-server.ts';

const PAGES = fileURLToPath(new URL('../pages/', import.meta.url));

/** Policy of every page: own scripts only, connections to loopback only. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'connect-src ws://127.0.0.1:* http://127.0.0.1:*',
  "media-src 'self'",
  "base-uri 'none'",
].join('; ');

export interface PageServer {
  readonly origin: string;
  /** Requested paths since the start, to detect lazy loading. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Which file of livekit-client the pages contain: compiled as in our bundle, or as published. */
export type LivekitClient = 'compiled' | 'published';

/** Bundles test/adapters/pages/<name>.ts in memory, chunks and all, and serves it at /<name>. */
export async function servePages(
  names: readonly string[],
  livekitClient: LivekitClient = 'compiled',
): Promise<PageServer> {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => `${PAGES}${name}.ts`),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/bundle',
    write: false,
    ...(livekitClient === 'compiled'
      ? { tsconfigRaw: LIVEKIT_TSCONFIG, plugins: [livekitSources()] }
      : {}),
  });
  const files = new Map(outputFiles.map((file) => [`/${basename(file.path)}`, file]));
  const asked: string[] = [];
  const { url, stop } = await serveOnLoopback((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    const file = files.get(path);
    response.setHeader('content-security-policy', CSP);
    response.setHeader('content-type', file ? 'text/javascript' : 'text/html');
    response.end(file ? file.contents : html(path, files));
  });
  return { origin: url, asked, close: stop };
}

function html(path: string, files: ReadonlyMap<string, OutputFile>): string {
  const script = `${path}.js`;
  if (!files.has(script)) return '<!doctype html><title>nothing here</title>';
  return `<!doctype html><title>${path}</title><script type="module" src="${script}"></script><body>`;
}
