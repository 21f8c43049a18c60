import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from './setup.mjs';

/**
 * docs/faults.md says of each case of the catalogue where it is tested, or why it cannot happen here. What a
 * row says stays true: its tests are there, and one of them bears the number of the case.
 *
 * A row names tests as `` `file`: F01 F02 `` (the file has tests whose names hold these numbers) or as
 * `` `file`: the beginning of a name… ``.
 */

const read = (file) => readFileSync(join(ROOT, file), 'utf8');
const PAGE = read('docs/faults.md');

const CATALOGUE = [
  { heading: 'Faults', all: idsBetween('F', 1, 110) },
  { heading: 'Hostile input', all: [...idsBetween('H', 1, 72), ...idsBetween('H', 90, 103)] },
];
/** How a row begins that names no test of its own. */
const WITHOUT_TEST = /^(?:Belongs? to|Cannot apply:) \S/;

for (const { heading, all } of CATALOGUE) {
  describe(`docs/faults.md, ${heading.toLowerCase()}`, () => {
    const rows = rowsOf(sectionOf(heading));

    test('has one row for each case, in their order', () => {
      const cases = rows.flatMap(({ ids }) => ids);
      assert.deepEqual(
        cases.filter((id) => all.includes(id)),
        all,
      );
      assert.equal(new Set(cases).size, cases.length);
    });

    test('names only tests that are there', () => {
      for (const { ids, where } of rows) {
        for (const { file, numbers, words } of namedIn(where)) {
          const names = namesIn(file);
          for (const number of numbers) {
            assert.ok(bears(names, number), `${ids[0]}: no test of ${file} bears ${number}`);
          }
          const isThere = words === null || names.some((name) => name.includes(words));
          assert.ok(isThere, `${ids[0]}: ${file} has no test "${words}"`);
        }
      }
    });

    test('has a test that bears the number of each case, or the reason why not', () => {
      for (const { ids, where } of rows.filter((row) => !WITHOUT_TEST.test(row.where))) {
        const names = namedIn(where).flatMap(({ file }) => namesIn(file));
        for (const id of ids)
          assert.ok(bears(names, id), `${id} has no test that bears its number`);
      }
    });
  });
}

test('what is read out of a row is what it says', () => {
  const where =
    'Held by `a/b.test.ts`: F01 F02, F03 (twice); `c.ts`: a name…. More, on F99 too: `d.test.mjs`.';
  assert.deepEqual(namedIn(where), [
    { file: 'a/b.test.ts', numbers: ['F01', 'F02', 'F03'], words: null },
    { file: 'c.ts', numbers: [], words: 'a name' },
    { file: 'd.test.mjs', numbers: [], words: null },
  ]);
  assert.throws(() => namedIn('`a.test.ts`: some words'), /names no test/);
  assert.deepEqual(rowsOf('| F93–F95 | what | Belongs to x |\n'), [
    { ids: ['F93', 'F94', 'F95'], where: 'Belongs to x' },
  ]);
  assert.ok(bears(['cancel is first (F12)'], 'F12'));
  assert.ok(!bears(['cancel is first (F120)'], 'F12'));
});

function sectionOf(heading) {
  return PAGE.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
}

function rowsOf(section) {
  const lines = section.matchAll(/^\| ([FH])(\d+)(?:–[FH](\d+))? *\|[^|]*\|(.*)\|$/gm);
  return [...lines].map(([, letter, first, last = first, where]) => ({
    ids: idsBetween(letter, Number(first), Number(last)),
    where: where.trim(),
  }));
}

function idsBetween(letter, first, last) {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return numbers.map((number) => `${letter}${String(number).padStart(2, '0')}`);
}

/** The tests that a row names: files, and what follows their colon. */
function namedIn(where) {
  const mentions = where.matchAll(/`([\w./-]+\.(?:ts|mjs))`(?:: ([^;`]*))?/g);
  return [...mentions].map(([, file, told]) => {
    if (told === undefined) return { file, numbers: [], words: null };
    const numbers = /^(?:[FHI]\d+(?:,? and |,? )?)+/.exec(told)?.[0].match(/[FHI]\d+/g) ?? [];
    const words = numbers.length > 0 ? null : told.split('…')[0];
    assert.ok(words !== told, `"${file}: ${told}" names no test`);
    return { file, numbers, words };
  });
}

/** Of the suites and tests of a file, and of what its tests are made from: tables too, whose keys are names. */
function namesIn(file) {
  assert.ok(existsSync(join(ROOT, file)), `${file} is not there`);
  const literals =
    /(?:\b(?:it|test|describe)\(\s*|\bname: |^ +(?=['"][FH]\d+: ))(['"`])((?:\\.|(?!\1)[^])*)\1/gm;
  return [...read(file).matchAll(literals)].map(([, , name]) => name);
}

function bears(names, number) {
  return names.some((name) => new RegExp(`\\b${number}\\b`).test(name));
}
