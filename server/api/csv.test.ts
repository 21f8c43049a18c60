import assert from 'node:assert/strict';
import { it } from 'node:test';
import { csv } from './csv.ts';

it('marks every cell that a spreadsheet would execute', () => {
  const cells = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'a=b', "it's"];
  const [, ...lines] = csv(
    ['cell'],
    cells.map((cell) => [cell]),
  ).split('\r\n');
  assert.deepEqual(lines, [
    ...["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", '"\'\rx"', 'a=b', "it's"],
    '',
  ]);
});

it('quotes commas, quotes and line breaks, and leaves numbers and empty cells', () => {
  assert.equal(csv(['a', 'b', 'c'], [['x,"y"\n', -5, null]]), 'a,b,c\r\n"x,""y""\n",-5,\r\n');
});
