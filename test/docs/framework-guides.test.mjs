import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/setup.mjs';

// The guides show the programs of examples/, which `npm test -- examples` runs. UPDATE_DOCS=1 copies them.

/** A link to a file of an example, and the block below it with the content of the file. */
const SHOWN = /^(\[`(examples\/[^`]+)`\]\([^)]+\):\n\n```\w+\n)([^]*?)(^```$)/gm;
const GUIDES = globSync('docs/frameworks/*.md', { cwd: ROOT });
const read = (file) => readFileSync(join(ROOT, file), 'utf8');

for (const guide of GUIDES) {
  test(`${guide} shows the program that is tested`, () => {
    const text = read(guide);
    const updated = text.replace(
      SHOWN,
      (_, head, file, _shown, end) => `${head}${read(file).trimEnd()}\n${end}`,
    );
    assert.match(text, SHOWN);
    if (process.env.UPDATE_DOCS) writeFileSync(join(ROOT, guide), updated);
    else assert.equal(text, updated);
  });
}

test('each example has a guide, and the README has each guide', () => {
  const examples = globSync('examples/*/{index.html,package.json}', { cwd: ROOT }).map(
    (file) => file.split(/[\\/]/)[1],
  );
  const guides = GUIDES.map((file) => basename(file, '.md'));
  assert.deepEqual(guides.sort(), [...new Set(examples)].sort());
  const readme = read('README.md');
  for (const guide of guides) assert.ok(readme.includes(`(docs/frameworks/${guide}.md)`), guide);
});
