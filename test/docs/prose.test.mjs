import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/setup.mjs';

/**
 * Documents, comments, titles and messages use plain technical English (docs/glossary.md). These words have a
 * standard term: "again" for anew, the actor for whoever, "notified", "sent" or "shown" for told.
 */
const BANNED =
  /\b(?:anew|whoever|farewells?|doorkeeper|good-?bye|thereupon|(?:is|are|was|were|been) told)\b/i;

/** Folders whose texts follow the rule. */
const FILES = ['*.md', 'docs/**/*.md', '{test,scripts}/**/*.{ts,mjs,js}'];
/** This file, and texts that are being rewritten. */
const EXCEPT = ['test/docs/prose.test.mjs', 'test/mutation/mutations.ts', 'CHANGELOG.md'];
const EXCEPT_FOLDERS = ['test/adapters/', 'test/fakes/'];

test('documents, tests and scripts use none of the banned words', () => {
  const files = globSync(FILES, { cwd: ROOT, exclude: ['**/node_modules/**'] }).filter(
    (file) => !EXCEPT.includes(file) && !EXCEPT_FOLDERS.some((folder) => file.startsWith(folder)),
  );
  const found = files.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        BANNED.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
  assert.deepEqual(found, []);
});
