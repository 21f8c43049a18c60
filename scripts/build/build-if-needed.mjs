import { spawn } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWithTools, ROOT } from '../setup.mjs';

const SOURCES = [
  'src/**/*.ts',
  'components/**/*.ts',
  'frameworks/**/*.ts',
  'server/**/*.{ts,sql}',
  'scripts/build/{bundle,manifest}/*.mjs',
  'scripts/build/*.mjs',
  '{rollup.config.mjs,package-lock.json,tsconfig.base.json}',
];
const LEFT_OUT = ['**/*.test.*', '**/node_modules/**', '**/dist/**'];
const RESULTS = ['dist/tui-call.js', 'dist/types/protocol.d.ts', 'server/dist/main.js'];

/** Builds if a result is missing or older than a source. */
export async function buildIfNeeded({ onProgress }) {
  if (!needsBuild(ROOT)) return;
  onProgress('Build: npm run build');
  const started = Date.now();
  await build();
  onProgress(`Build: done in ${Math.round((Date.now() - started) / 1000)} s`);
}

export function needsBuild(root) {
  const results = RESULTS.map((file) => changedAt(join(root, file)));
  if (results.includes(null)) return true;
  const sources = globSync(SOURCES, { cwd: root, exclude: LEFT_OUT });
  const newest = Math.max(...sources.map((file) => changedAt(join(root, file)) ?? 0));
  return newest > Math.min(...results);
}

function changedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

async function build() {
  const child = spawn('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    env: environmentWithTools(),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => output.push(part));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the build failed:\n${Buffer.concat(output)}`);
}
