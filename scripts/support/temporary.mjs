import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A temporary folder, removed at the end of the test. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'tui-call-script-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An executable shell script, in place of a program that a machine may not have. */
export function fakeProgram(path, body) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}
