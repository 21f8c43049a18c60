import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/setup.mjs';

/**
 * Names, comments, titles, messages and documents use the terms of docs/glossary.md. Each word on the left has a
 * standard term. The list contains only words that no third-party API of the project uses.
 */
const BANNED = {
  anew: 'again',
  'whoever|whomever': 'the actor: the user, the caller, the server',
  'somebody|someone|anybody|anyone|everybody': 'a user, a member, all members',
  'strangers?': 'non-member, unknown user',
  'visitors?|guests?': 'user',
  'bots?': 'simulated user',
  'told|tells?|telling': 'notified, sent, shown, reported',
  'farewells?|good-?bye': 'pending termination, leave beacon',
  doorkeeper: 'request guard',
  hostile: 'malicious, invalid, untrusted',
  'witness(?:es)?': 'recorder',
  unheard: 'suppressed, unacknowledged',
  'goes on': 'continues',
  'lets? go of': 'releases',
  thereupon: 'then',
  '(?:MOST|LEAST)_\\w+': 'MAX_, MIN_',
  '\\w+_EVERY_MS': '_INTERVAL_MS',
};
const ANY = new RegExp(`\\b(?:${Object.keys(BANNED).join('|')})\\b`, 'i');

const FILES = [
  ...['*.md', 'docs/**/*.md', 'server/*.md'],
  '{src,components,server,scripts,test,demo}/**/*.{ts,mts,mjs,js,html}',
];
/** This file, and the texts for users, in everyday language. */
const EXCEPT = ['test/docs/prose.test.mjs', 'components/messages/en.ts'];

test('names, comments, messages and documents use none of the banned words', () => {
  const files = globSync(FILES, {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/dist/**'],
  }).filter((file) => !EXCEPT.includes(file));
  const found = files.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const word = ANY.exec(line)?.[0];
        return word === undefined
          ? []
          : [`${file}:${index + 1}: "${word}", write ${termFor(word)}`];
      }),
  );
  assert.deepEqual(found, []);
});

function termFor(word) {
  const [, term] = Object.entries(BANNED).find(([banned]) =>
    new RegExp(`^(?:${banned})$`, 'i').test(word),
  );
  return term;
}
