#!/usr/bin/env node
// npm links a command at install time, and only to a file that exists: this one is not built.
import { existsSync } from 'node:fs';

const OLDEST_NODE = [24, 16];

const [major, minor] = process.versions.node.split('.').map(Number);
const isTooOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
const main = new URL('../dist/main.js', import.meta.url);

if (isTooOld) {
  fail(
    `tui-call-server needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`,
  );
} else if (!existsSync(main)) {
  fail('tui-call-server is not built: run `npm run build` in the repository first.');
} else {
  await import(main.href);
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
