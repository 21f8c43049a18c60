import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../../scripts/setup.mjs';

/**
 * docs/faults.md lists the cases of the catalogue. Its column "tests" is generated: the files that have a test
 * whose name contains the number of the case. `UPDATE_DOCS=1 node --test <this file>` updates it. Everything
 * else on the page is written by hand.
 */

const PAGE = join(ROOT, 'docs', 'faults.md');
const TEST_FILES = '{src,components,server,test,scripts}/**/*{.test.ts,.test.mjs,-conformance.ts}';
const CATALOGUE = [...idsBetween('F', 1, 110), ...idsBetween('H', 1, 103)];
/** How the last cell of a row begins that has no test of its own. */
const WITHOUT_TEST = /^(?:Not in this version:|Cannot apply:) \S/;

const page = readFileSync(PAGE, 'utf8');
const rows = rowsOf(page);

test('docs/faults.md has one row for each case, in order', () => {
  assert.deepEqual(
    rows.flatMap(({ ids }) => ids),
    CATALOGUE,
  );
});

test('docs/faults.md names the tests of each case', async () => {
  const written = await generated(page);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, written);
  assert.equal(readFileSync(PAGE, 'utf8'), written);
});

test('each case has a test, or a reason why not', () => {
  const numbers = numbersByFile();
  for (const { ids, cells } of rows) {
    if (cells.some((cell) => WITHOUT_TEST.test(cell))) continue;
    for (const id of ids) assert.ok(filesOf([id], numbers).length > 0, `no test is named ${id}`);
  }
});

test('each file and scenario that a row mentions exists', () => {
  const scenarios = globSync('test/**/scenarios.ts', { cwd: ROOT }).map(read).join('\n');
  for (const { ids, cells } of rows) {
    for (const cell of cells) {
      for (const [, file] of cell.matchAll(/`([\w./-]+\.(?:ts|mjs))`/g)) {
        assert.ok(existsSync(join(ROOT, file)), `${ids[0]} names ${file}`);
      }
      for (const [, name] of cell.matchAll(/scenario `([^`]+)`/g)) {
        assert.ok(scenarios.includes(`name: '${name}'`), `${ids[0]} names the scenario ${name}`);
      }
    }
  }
});

describe('the column "tests"', () => {
  const numbers = new Map([
    ['a.test.ts', new Set(['F01', 'F94'])],
    ['b.test.ts', new Set(['F01'])],
  ]);

  test('holds the files whose test names contain the number', () => {
    const text =
      '| case | what | tests | notes |\n| --- | --- | --- | --- |\n| F01 | x | old | y |\n';
    assert.match(withTests(text, numbers), /\| F01 \| x \| `a\.test\.ts`, `b\.test\.ts` \| y \|/);
  });

  test('holds the files of every number of a range', () => {
    const text =
      '| case | input | response | tests |\n| --- | --- | --- | --- |\n| F93–F95 | x | y | |\n';
    assert.match(withTests(text, numbers), /\| F93–F95 \| x \| y \| `a\.test\.ts` \|/);
  });

  test('takes F12 and F120 for two numbers', () => {
    assert.deepEqual(numbersIn("test('cancel is first (F120)', () => {});"), new Set(['F120']));
  });
});

function generated(text) {
  return resolveConfig(PAGE).then((config) =>
    format(withTests(text, numbersByFile()), { ...config, parser: 'markdown' }),
  );
}

/** The page with the column "tests" of each table filled in. */
function withTests(text, numbers) {
  let column = -1;
  const lines = text.split('\n').map((line) => {
    if (!line.startsWith('|')) return line;
    const cells = cellsOf(line);
    if (cells[0] === 'case') column = cells.indexOf('tests');
    const ids = idsOf(cells[0]);
    if (ids.length === 0 || column < 0) return line;
    cells[column] = filesOf(ids, numbers)
      .map((file) => `\`${file}\``)
      .join(', ');
    return `| ${cells.join(' | ')} |`;
  });
  return lines.join('\n');
}

function rowsOf(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines
    .map((line) => ({ ids: idsOf(cellsOf(line)[0]), cells: cellsOf(line).slice(1) }))
    .filter(({ ids }) => ids.length > 0);
}

function cellsOf(line) {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}

/** 'F93–F95' → F93, F94, F95. */
function idsOf(cell) {
  const [, letter, first, last = first] = /^([FH])(\d+)(?:–[FH](\d+))?$/.exec(cell) ?? [];
  return letter === undefined ? [] : idsBetween(letter, Number(first), Number(last));
}

function idsBetween(letter, first, last) {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return numbers.map((number) => `${letter}${String(number).padStart(2, '0')}`);
}

function filesOf(ids, numbers) {
  return [...numbers].filter(([, of]) => ids.some((id) => of.has(id))).map(([file]) => file);
}

/** Each test file → the numbers that its test names contain. */
function numbersByFile() {
  const files = globSync(TEST_FILES, { cwd: ROOT, exclude: ['**/node_modules/**'] });
  return new Map(files.sort().map((file) => [file, numbersIn(read(file))]));
}

/** Names of suites and tests, and the keys of tables from which tests are made. */
function numbersIn(source) {
  const names =
    /(?:\b(?:it|test|describe)\(\s*|\bname: |^ +(?=['"][FH]\d+: ))(['"`])((?:\\.|(?!\1)[^])*)\1/gm;
  return new Set(
    [...source.matchAll(names)].flatMap(([, , name]) => name.match(/\b[FH]\d+\b/g) ?? []),
  );
}

function read(file) {
  return readFileSync(join(ROOT, file), 'utf8');
}
