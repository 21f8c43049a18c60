import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { ERRORS } from '../../src/protocol/index.ts';
import { ROOT } from '../../scripts/setup.mjs';
import { STAGES } from '../../scripts/test-runner/test-stages.mjs';

const SOURCES = ['src', 'components', 'frameworks', 'server', 'demo', 'scripts', 'test'].map(
  (one) => `${one}/**/*.*`,
);
const files = (patterns) =>
  globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] });

test('every script that a document names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const stages = STAGES.map((stage) => stage.name);
  for (const file of files(['*.md', 'docs/**/*.md', '.ci/run'])) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, name] of text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)) {
      assert.ok(name in scripts, `${file} names npm run ${name}`);
    }
    for (const [, name] of text.matchAll(/npm test -- ([a-z][\w-]*)/g)) {
      assert.ok(stages.includes(name), `${file} names npm test -- ${name}`);
    }
  }
});

test('no file is named for a decision that was not made', () => {
  const vague = /(^|[-.])(utils?|helpers?|manager|misc|common)([-.]|$)/;
  assert.deepEqual(
    files(SOURCES).filter((file) => vague.test(basename(file))),
    [],
  );
});

test('every dependency is pinned to one version', () => {
  const manifests = [
    'package.json',
    'server/package.json',
    'examples/package.json',
    'examples/*/package.json',
  ];
  for (const file of files(manifests)) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, file), 'utf8'),
    );
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(all)) {
      // An alias names its package.
      const pinned = version.replace(/^npm:[\w-]+@/, '');
      assert.match(pinned, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${name} in ${file}`);
    }
  }
});

test('every error of the table is made somewhere, and expected by a test', () => {
  // They have a line for each error, made or not.
  const tables = [
    'src/protocol/error-code.ts',
    'components/shared/problem.ts',
    'server/http/http-error.ts',
  ];
  const sources = files(['src/**/*.ts', 'components/**/*.ts', 'server/**/*.ts', 'test/**/*.ts']);
  const textOf = (some) => some.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
  const isTest = (file) => file.endsWith('.test.ts');
  const tests = textOf(sources.filter(isTest));
  const product = textOf(
    sources.filter((one) => !isTest(one) && !one.startsWith('test/') && !tables.includes(one)),
  );
  for (const name of Object.keys(ERRORS)) {
    assert.ok(product.includes(`'${name}'`), `nothing answers ${name}`);
    assert.ok(tests.includes(name), `no test expects ${name}`);
  }
});

describe('the public API', () => {
  test('has a doc comment for each export, each public member of a class and each method', () => {
    const entries = [
      ...['components/tui-call/index.ts', 'components/tui-call/recents.ts'],
      ...['src/adapters/index.ts', 'src/protocol/index.ts', 'server/index.ts'],
    ].map((file) => join(ROOT, file));
    const program = ts.createProgram(entries, { noLib: true }, ownSources());
    const checker = program.getTypeChecker();
    const documented = [...new Set(entries.flatMap((entry) => exportsOf(program, entry)))];
    const missing = documented.flatMap((symbol) =>
      [symbol, ...publicMembers(symbol, checker)]
        .filter((one) => one.getDocumentationComment(checker).length === 0)
        .map((one) => (one === symbol ? one.name : `${symbol.name}.${one.name}`)),
    );
    assert.ok(documented.length > 100);
    assert.deepEqual(missing, []);
  });
});

/** Resolves relative imports only: packages are not parsed. */
function ownSources() {
  const host = ts.createCompilerHost({});
  host.resolveModuleNameLiterals = (literals, file) =>
    literals.map(({ text }) => ({
      resolvedModule: text.startsWith('.')
        ? { resolvedFileName: join(dirname(file), text), extension: ts.Extension.Ts }
        : undefined,
    }));
  return host;
}

function exportsOf(program, entry) {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  return checker
    .getExportsOfModule(module)
    .map((one) => (one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one));
}

function publicMembers(symbol, checker) {
  const { Private, Protected, Override } = ts.ModifierFlags;
  if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return [];
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).filter((member) => {
    const [declaration] = member.declarations ?? [];
    if (declaration === undefined || ts.isPrivateIdentifier(declaration.name ?? declaration))
      return false;
    if (ts.getCombinedModifierFlags(declaration) & (Private | Protected | Override)) return false;
    return symbol.flags & ts.SymbolFlags.Class || member.flags & ts.SymbolFlags.Method;
  });
}
