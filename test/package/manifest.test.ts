import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { callbackEventName } from '../../components/shared/events.ts';
import { ENGINE_METHODS } from '../../components/tui-call/session/engine-methods.ts';
import { CALLBACK_FIELDS, type CallbackName } from '../../src/engine/api/observer.ts';

// What editors and frameworks know of the elements, compared with the code.

const DIST = join(import.meta.dirname, '..', '..', 'dist');

interface Named {
  readonly name: string;
  readonly description: string;
}
interface Declaration {
  readonly tagName: string;
  readonly description: string;
  readonly attributes: readonly (Named & { fieldName?: string })[];
  readonly members: readonly (Named & { kind: string; attribute?: string; reflects?: boolean })[];
  readonly events: readonly (Named & { type: { text: string } })[];
  readonly slots: readonly Named[];
  readonly cssParts: readonly Named[];
  readonly cssProperties: readonly Named[];
}

// Node cannot run the sources of the components: they have decorators.
const { TuiCall } = (await import(
  pathToFileURL(join(DIST, 'index.js')).href
)) as typeof import('../../components/tui-call/index.ts');

const json = <T>(name: string): T => JSON.parse(readFileSync(join(DIST, name), 'utf8')) as T;
const { modules } = json<{ modules: { path: string; declarations: Declaration[] }[] }>(
  'custom-elements.json',
);
const declarations = modules.flatMap((module) => module.declarations);
const [call = assert.fail(), recents = assert.fail()] = declarations;
const names = (all: readonly Named[]): string[] => all.map(({ name }) => name).sort();

describe('custom-elements.json', () => {
  test('has the attributes and properties of <tui-call>, as Lit knows them', () => {
    const known = [...TuiCall.elementProperties].filter(([, options]) => !options.state);
    const expected = Object.fromEntries(
      known.map(([name, { attribute, reflect }]) => {
        const written = typeof attribute === 'string' ? attribute : String(name).toLowerCase();
        return [name, { attribute: attribute === false ? undefined : written, reflect: !!reflect }];
      }),
    );
    const settable = call.members.filter(({ name }) => name in expected);
    const described = Object.fromEntries(
      settable.map(({ name, attribute, reflects }) => [name, { attribute, reflect: !!reflects }]),
    );
    assert.deepEqual(described, expected);
    const attributes = Object.values(expected).flatMap(({ attribute }) => attribute ?? []);
    assert.deepEqual(names(call.attributes), [...attributes, 'lang'].sort());
  });

  test('has each event by its name, with the type of its detail', () => {
    const callbacks = (Object.keys(CALLBACK_FIELDS) as CallbackName[]).map((name) =>
      callbackEventName(name),
    );
    const own = [
      ...['before-call', 'before-hangup', 'contacts-requested', 'minimised-changed'],
      'state-changed',
    ];
    assert.deepEqual(names(call.events), [...callbacks, ...own].sort());
    for (const { name, type } of call.events) assert.equal(type.text, `TuiCallEventMap['${name}']`);
    assert.deepEqual(names(recents.events), ['call-back', 'recents-changed', 'recents-deleted']);
  });

  test('has the public methods, also those that come from the engine', () => {
    const methods = call.members.filter(({ kind }) => kind === 'method');
    const own = [
      ...['calls', 'enableNotifications', 'hangup', 'minimise', 'pin', 'setDoNotDisturb'],
      ...['setEffects', 'setFullscreen'],
    ];
    assert.deepEqual(names(methods), [...ENGINE_METHODS, ...own].sort());
  });

  test('has no private member', () => {
    const fields = [call, recents].flatMap(({ members }) =>
      members.filter(({ kind }) => kind === 'field'),
    );
    const settable = [...TuiCall.elementProperties].filter(([, { state }]) => !state);
    const expected = settable.map(([name]) => String(name));
    assert.deepEqual(
      names(fields),
      [...expected, 'state', 'ready', 'notifications', 'for', 'theme', 'pageSize', 'call'].sort(),
    );
  });

  test('describes everything', () => {
    const all = declarations.flatMap((one) => [
      ...[one.attributes, one.members, one.events, one.slots].flat(),
      ...[one.cssParts, one.cssProperties].flat(),
    ]);
    assert.deepEqual(
      all.filter(({ description }) => !description).map(({ name }) => name),
      [],
    );
    for (const { description } of declarations) assert.ok(description);
  });

  test('has each custom property, part and slot that docs/embedding.md has', () => {
    const text = readFileSync(join(DIST, '..', 'docs', 'embedding.md'), 'utf8');
    const looks = /^## Looks\n([^]*?)^## /m.exec(text)?.[1] ?? assert.fail();
    const cells = [...looks.matchAll(/^\| ([^|]*`[^|]*)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    const described = [...names(call.cssProperties), ...names(call.cssParts)];
    assert.deepEqual(described.sort(), cells.sort());
    assert.deepEqual(names(call.slots), [
      ...['control-bar', 'controls', 'ended', 'header', 'idle', 'incoming', 'tile-<userId>'],
    ]);
  });
});

test('the data for VS Code has the attributes with their values', () => {
  const { tags } = json<{ tags: { name: string; attributes: { name: string }[] }[] }>(
    'vscode.html-custom-data.json',
  );
  assert.deepEqual(
    tags.map(({ name }) => name),
    ['tui-call', 'tui-call-recents'],
  );
  const mode = tags[0]?.attributes.find(({ name }) => name === 'mode');
  assert.deepEqual(Reflect.get(mode ?? {}, 'values'), [
    { name: 'floating' },
    { name: 'inline' },
    { name: 'fullscreen' },
  ]);
  const css = json<{ properties: Named[] }>('vscode.css-custom-data.json');
  assert.deepEqual(names(css.properties), names(call.cssProperties));
});

test('the data for JetBrains has the elements with attributes, events, slots and parts', () => {
  const { name, version, contributions } = json<{
    name: string;
    version: string;
    contributions: {
      html: { elements: { name: string; attributes: Named[]; js: { events: Named[] } }[] };
    };
  }>('web-types.json');
  const own = JSON.parse(readFileSync(join(DIST, '..', 'package.json'), 'utf8')) as Named & {
    version: string;
  };
  assert.deepEqual([name, version], [own.name, own.version]);
  const [first] = contributions.html.elements;
  assert.deepEqual(names(first?.attributes ?? []), names(call.attributes));
  assert.deepEqual(names(first?.js.events ?? []), names(call.events));
});
