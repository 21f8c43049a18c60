import fc from 'fast-check';
import { randomId } from '../../../server/shared/random-id.ts';

/** A text to send; `ends`: the server may close the connection because of it. */
export interface FuzzText {
  readonly text: string;
  readonly mayEnd: boolean;
}

const USERS = ['user-1', 'user-2', 'nobody', '__proto__'];
const CALL_ID = 'call-that-is-not-there';

/** Each command, as the engine sends it. Ids are filled in when it is sent. */
const VALID: readonly Readonly<Record<string, unknown>>[] = [
  { type: 'call', userIds: ['nobody'], mediaType: 'video', groupId: '', timeout: 30, userData: '' },
  {
    type: 'call',
    userIds: ['x', 'y'],
    mediaType: 'audio',
    groupId: 'g',
    timeout: 0,
    userData: '{}',
  },
  { type: 'cancel', callCommandId: CALL_ID },
  { type: 'accept', callId: CALL_ID },
  { type: 'reject', callId: CALL_ID },
  { type: 'hangup', callId: CALL_ID },
  { type: 'invite', callId: CALL_ID, userIds: ['nobody'], timeout: 30 },
  { type: 'join', callId: CALL_ID },
  { type: 'join-group', groupId: 'g' },
  { type: 'hold', callId: CALL_ID, on: true },
  { type: 'switch-media-type', callId: CALL_ID, mediaType: 'audio' },
  { type: 'alerted', callId: CALL_ID },
  { type: 'media-access', callId: CALL_ID },
  { type: 'media-failed', callId: CALL_ID },
  {
    type: 'report-quality',
    callId: CALL_ID,
    quality: { measuredMs: 1, poorMs: 0, reconnections: 0, roundTripMs: null, lossPercent: 0 },
  },
  { type: 'sync', knownCallIds: [CALL_ID], missedSince: 0 },
  { type: 'recent-calls', cursor: null, limit: 50 },
  { type: 'delete-recent-calls', callIds: [CALL_ID] },
  { type: 'renew-user-sig', userSig: 'x.y.z' },
  { type: 'set-self-info', nickname: 'Eve', avatar: '' },
];

const numbers = fc.constantFrom(-1, -0, 1e21, 1e308, 2 ** 31, 2 ** 53 + 2, 0.1, 5e-324);
const shortStrings = fc.oneof(fc.constantFrom(...USERS), fc.string({ maxLength: 30 }));
const strings = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '\u202e',
    "' or 1=1 --",
    '../../etc/passwd',
    '%s%n',
    '<script>',
    '\ud800',
  ),
  fc.string({ maxLength: 30 }),
  // Any code points, also unassigned ones: cheaper than a string of fast-check's own.
  fc.array(fc.nat(0x10ffff), { maxLength: 80 }).map((codes) => String.fromCodePoint(...codes)),
  fc.nat({ max: 10_000 }).map((length) => 'x'.repeat(length)),
  shortStrings,
);
const keys = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'length', 'then');
const deep = fc.nat({ max: 4000 }).map((depth) => nested(depth));
const anything = fc.oneof(
  numbers,
  strings,
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(shortStrings, { maxLength: 60 }),
  fc.dictionary(keys, shortStrings),
);

/** A valid command with one to three of its fields changed, removed or added. */
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('change', 'remove', 'add'), keys, anything), {
      maxLength: 3,
    }),
  )
  .map(([command, changes]) => {
    const result = new Map<string, unknown>(Object.entries({ id: randomId(), ...command }));
    for (const [at, change, newKey, value] of changes) {
      const key = [...result.keys()][at % Math.max(1, result.size)] ?? 'type';
      if (change === 'remove') result.delete(key);
      else result.set(change === 'add' ? newKey : key, value);
    }
    return jsonOf(result);
  });

const payloads = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 2, arbitrary: anything.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: deep },
  // Numbers that JSON can express but that are no valid numbers.
  {
    weight: 1,
    arbitrary: mutated.map((json) => json.replace(/:(\d+|null|true)(?=[,}])/, ':1e309')),
  },
);

/** In a socket.io frame, so that it reaches the command's own decoder and gets an answer. */
const commands = fc
  .tuple(fc.nat({ max: 1e6 }), payloads)
  .map(([ack, json]) => ({ text: `42${ack}["command",${json}]`, mayEnd: false }));

/** A frame of socket.io or engine.io that is cut, doubled, renumbered or scrambled. */
const broken = fc
  .tuple(commands, fc.nat(), fc.nat(), fc.constantFrom('cut', 'swap', 'kind', 'double', 'prefix'))
  .map(([{ text }, at, other, how]) => ({ text: brokenText(text, at, other, how), mayEnd: true }));

const loose = fc
  .oneof(
    fc.string({ maxLength: 60 }),
    fc.jsonValue({ maxDepth: 2 }).map((value) => `4${JSON.stringify(value)}`),
    fc.constantFrom('40', '41', '40{}', '40/x,{}', '43', '431[]', '44{}', '2probe', '3', '5', '6'),
    fc.constantFrom('42["error"]', '42["connect"]', '42["disconnecting"]', '42["newListener"]'),
    fc.constantFrom('451-["command",{"_placeholder":true,"num":0}]', '459999999-[]', '46-[]', '4'),
  )
  .map((text) => ({ text, mayEnd: true }));

export const fuzzTexts: fc.Arbitrary<FuzzText> = fc.oneof(
  { weight: 92, arbitrary: commands },
  { weight: 4, arbitrary: broken },
  { weight: 4, arbitrary: loose },
);

function nested(depth: number): string {
  return depth % 2 === 0
    ? `${'['.repeat(depth)}${']'.repeat(depth)}` || '[]'
    : `${'{"__proto__":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

/** Written as text: an object would lose `__proto__` as a key. */
function jsonOf(fields: ReadonlyMap<string, unknown>): string {
  const parts = [...fields].map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  );
  return `{${parts.join(',')}}`;
}

function brokenText(text: string, at: number, other: number, how: string): string {
  const here = at % text.length;
  const there = other % text.length;
  switch (how) {
    case 'cut':
      return text.slice(0, here);
    case 'swap':
      return `${text.slice(0, here)}${text[there] ?? ''}${text.slice(here + 1)}`;
    case 'kind':
      return `${other % 10}${at % 10}${text.slice(2)}`;
    case 'double':
      return text + text.slice(here);
    default:
      return text.slice(here);
  }
}
