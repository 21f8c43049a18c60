import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { contentSecurityPolicy } from '../e2e/support/page-server.ts';
import { ENGINE_METHODS } from '../../components/tui-call/session/engine-methods.ts';
import { ROOT } from '../../scripts/setup.mjs';
import { STAGES } from '../../scripts/test-runner/test-stages.mjs';

const read = (file) => readFileSync(join(ROOT, file), 'utf8');
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'server/*.md'], { cwd: ROOT });

test('the README shows both commands, and a picture', () => {
  const text = read('README.md');
  for (const shown of ['npm start', 'npm test', '](docs/screenshot.png)']) {
    assert.ok(text.includes(shown), shown);
  }
});

test('CONTRIBUTING.md has each stage of the tests, and no other', () => {
  const [, one, others] = /`npm test -- ([\w-]+)` \(or ([^)]+)\)/.exec(read('CONTRIBUTING.md'));
  const named = [one, ...[...others.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)];
  assert.deepEqual(named.sort(), STAGES.map(({ name }) => name).sort());
});

test('every link of a document leads to a file and a heading that are there', () => {
  for (const file of DOCUMENTS) {
    for (const [, link] of withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path, heading] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      assert.ok(existsSync(join(ROOT, target)), `${file} leads to ${target}`);
      if (heading === undefined) continue;
      assert.ok(headingsOf(read(target)).includes(heading), `${file} leads to ${link}`);
    }
  }
});

describe('docs/embedding.md', () => {
  const text = read('docs/embedding.md');
  const element = ['tui-call', 'session/effect-properties']
    .map((name) => read(`components/tui-call/${name}.ts`))
    .join('\n');
  const commands = read('components/tui-call/session/call-commands.ts');
  const properties = read('components/tui-call/session/call-attributes.ts');

  test('has each attribute of the element, and no other', () => {
    const attributes = [...properties.matchAll(/@property\((?:\{([^}]*)\})?\) (\w+)/g)]
      .filter(([, options = '']) => !options.includes('attribute: false'))
      .map(([, options = '', name]) => /attribute: '([^']+)'/.exec(options)?.[1] ?? name);
    assert.deepEqual(firstColumn(text, 'Attributes'), [...attributes, 'lang'].sort());
  });

  test('has each property without an attribute, and no other', () => {
    const found = [...properties.matchAll(/@property\(\{ attribute: false \}\) (\w+)/g)];
    const documented = firstColumn(text, 'Properties');
    assert.deepEqual(documented, found.map(([, name]) => name).sort());
  });

  test('has each method of the element, and no other', () => {
    const own = [...`${commands}${element}`.matchAll(/^ {2}async (\w+)\(/gm)];
    const documented = firstColumn(text, 'Methods').map((method) => method.split('(')[0]);
    assert.deepEqual(documented.sort(), [...own.map(([, name]) => name), ...ENGINE_METHODS].sort());
  });

  test('has each part and slot of the element, and no other', () => {
    const docTags = (tag) => [...element.matchAll(new RegExp(`@${tag} ([\\w-]+)`, 'g'))];
    assert.deepEqual(
      firstColumn(text, 'Looks').filter((name) => !name.startsWith('--')),
      docTags('csspart')
        .map(([, name]) => name)
        .sort(),
    );
    assert.deepEqual(
      firstColumn(text, 'Regions'),
      [...element.matchAll(/@slot ([\w-]+(?:<\w+>)?)/g)].map(([, name]) => name).sort(),
    );
  });

  test('has only parts and slots that a template of a component contains', () => {
    const sources = globSync('components/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts'] })
      .map(read)
      .join('\n');
    for (const part of firstColumn(text, 'Looks').filter((name) => !name.startsWith('--'))) {
      assert.match(sources, new RegExp(`part="${part}"`), part);
    }
    for (const slot of firstColumn(text, 'Regions')) {
      const written = slot === 'tile-<userId>' ? '`tile-${userId}`' : `['"]${slot}['"]`;
      assert.match(sources, new RegExp(written.replace(/\$\{/g, '\\$\\{')), slot);
    }
  });

  test('has each custom property that a component reads, and no other', () => {
    const sources = globSync('components/**/*.ts', { cwd: ROOT }).map(read).join('\n');
    const properties = [...sources.matchAll(/var\((--tui-call-[\w-]+)/g)].map(([, name]) => name);
    assert.deepEqual(
      firstColumn(text, 'Looks').filter((name) => name.startsWith('--')),
      [...new Set(properties)].sort(),
    );
  });

  test('has the policy under which the end-to-end tests run', () => {
    const documented = directives(/^Content-Security-Policy: (.+)$/m.exec(text)[1]);
    const tested = directives(contentSecurityPolicy([]));
    assert.deepEqual(Object.keys(documented), Object.keys(tested));
    const same = ['default-src', 'style-src', 'base-uri', 'require-trusted-types-for'];
    for (const name of [...same, 'trusted-types']) assert.equal(documented[name], tested[name]);
  });
});

test('server/README.md has each variable of the environment, and no other', () => {
  const sources = [
    'server/config/config.ts',
    'server/config/config-values.ts',
    'server/auth/key-ring.ts',
  ]
    .map(read)
    .join('\n');
  const known = /'(HOST|PORT|[A-Z]+_[A-Z_]+|LOG_LEVEL)'/g;
  const used = new Set([...sources.matchAll(known)].map(([, name]) => name));
  assert.deepEqual(firstColumn(read('server/README.md'), 'Environment'), [...used].sort());
});

/** What stands between backticks in the first columns of a section's tables, sorted. */
function firstColumn(text, heading) {
  const section = text.split(/^## /m).find((one) => one.startsWith(`${heading}\n`));
  const cells = [...section.matchAll(/^\| ([^|]*`[^|]*)\|/gm)].map(([, cell]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).sort();
}

function directives(policy) {
  return Object.fromEntries(
    policy.split('; ').map((one) => {
      const [name, ...values] = one.split(' ');
      return [name, values.join(' ')];
    }),
  );
}

const withoutCode = (text) => text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub makes them. */
function headingsOf(text) {
  return [...withoutFences(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

const withoutFences = (text) => text.replace(/^```[^]*?^```/gm, '');
