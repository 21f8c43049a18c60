import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { format, resolveConfig } from 'prettier';
import type { KickReason, MissedReason } from '../../protocol/index.ts';
import { CALLBACK_FIELDS, type NotConnectedReason } from './observer.ts';

/** `UPDATE_DOCS=1 node --test src/engine/api/observer.test.ts` updates the table of reasons. */
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

/** Every reason of a type, and who gets it. */
const CALL_OVER: Readonly<Record<NotConnectedReason, string>> = {
  hangup: 'all members of a connected call that a member hung up, also the last to leave',
  cancelled: 'caller and callees of a call that its caller cancelled before a callee joined',
  rejected: 'the caller, if all callees rejected; the callee on the device that rejected',
  'no-response': 'caller and callees, if the ring timed out',
  'line-busy': 'the caller, if all callees were in other calls',
  offline:
    'a member who lost the call server and media past the grace time; the others, if that ended the call',
  'ended-by-server':
    'all members, if the server API ended the call, or removed a member so that it ended',
  removed: 'the member whom the server API removed from the call, on all devices',
  'other-device-accepted': 'the other devices of a callee who accepted',
  'other-device-rejected': 'the other devices of a callee who rejected',
  moved: 'the device from which the user moved the call to another one',
  'signed-out': 'a device that signed out while the call rang',
};

const MISSED: Readonly<Record<MissedReason, string>> = {
  'no-response': 'a callee who did not answer',
  'line-busy': 'a callee who was in another call; it did not ring',
  cancelled: 'a callee whose caller cancelled, or whose ring ended with the call',
  offline: 'a callee whose caller was lost',
  'ended-by-server': 'a callee, if the server API ended the call',
  removed: 'a callee whom the server API removed from the call',
};

const KICKED: Readonly<Record<KickReason, string>> = {
  'newer-session': 'the older session of a user, with `TUI_CALL_SESSIONS=single`',
  'same-session': 'the older connection of a session',
  'removed-by-server': 'a session that the server API ended',
};

const REASONS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['`call-end`, `call-cancelled`, `call-not-connected`', CALL_OVER],
  ['`call-missed`', MISSED],
  ['`kicked-offline`', KICKED],
];

test('docs/events.md has each reason and who gets it', async () => {
  const now = await readFile(DOCUMENT, 'utf8');
  const lines = REASONS.flatMap(([events, who]) =>
    Object.entries(who).map(([reason, text]) => `| ${events} | \`${reason}\` | ${text} |`),
  );
  const table = ['| event | reason | who gets it |', '| --- | --- | --- |', ...lines].join('\n');
  const [begin, end] = ['<!-- reasons: begin -->', '<!-- reasons: end -->'];
  const [before = '', rest = ''] = now.split(begin);
  const after = rest.slice(rest.indexOf(end));
  const config = await resolveConfig(DOCUMENT.pathname);
  const written = await format(`${before}${begin}\n\n${table}\n\n${after}`, {
    ...config,
    parser: 'markdown',
  });
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(DOCUMENT, written);
  assert.equal(await readFile(DOCUMENT, 'utf8'), written);
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
