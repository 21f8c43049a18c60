import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { CALLBACK_FIELDS } from './observer.ts';

const DOCUMENT = new URL('../../../docs/events.md', import.meta.url);

/** The events of the element without a callback (components/shared/events.ts). */
const OF_THE_ELEMENT_ALONE = [
  'before-call',
  'before-hangup',
  'contacts-requested',
  'minimised-changed',
  'state-changed',
];

test('docs/events.md has each callback with its fields in order', async () => {
  const documented = await rows();
  const expected = Object.entries(CALLBACK_FIELDS).map(([name, fields]) => [eventOf(name), fields]);
  for (const name of OF_THE_ELEMENT_ALONE) documented.delete(name);
  assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(expected));
});

test('docs/events.md has the events of the element', async () => {
  const documented = await rows();
  for (const name of OF_THE_ELEMENT_ALONE) assert.ok(documented.has(name), name);
});

function eventOf(callback: string): string {
  if (callback === 'onError') return 'call-error';
  return callback
    .slice(2)
    .replace(/(?!^)[A-Z]/g, '-$&')
    .toLowerCase();
}

/** The events of the first table, several per row, with the fields in backticks. */
async function rows(): Promise<Map<string, string[]>> {
  const [, table = ''] = (await readFile(DOCUMENT, 'utf8')).split(/^\| event .*\n\| -.*\n/m);
  const lines = table.slice(0, table.indexOf('\n\n')).split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, events = '', fields = ''] = line.split('|');
      return quoted(events).map((event) => [event, quoted(fields)] as const);
    }),
  );
}

const quoted = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, it]) => it ?? '');
