import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { examples } from '../support/documents.ts';
import { installed as install } from '../support/packages.ts';

// The packages as npm would publish them, used like an application.
const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
const folders: string[] = [];

after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

for (const [name, folder] of [
  ['tui-call', ROOT],
  ['tui-call-server', join(ROOT, 'server')],
] as const) {
  test(`the manifest of ${name} refers to existing files of the declared kind`, async () => {
    const { messages } = await publint({ pkgDir: folder, strict: true, pack: 'npm' });
    assert.deepEqual(messages, []);
  });
}

for (const [name, folder] of [
  ['tui-call', ROOT],
  ['tui-call-server', join(ROOT, 'server')],
] as const) {
  test(`every way to import ${name} has the types of its code`, async () => {
    const archive = join(await installed(tmpdir(), name, folder), `${name}-${version}.tgz`);
    const attw = join(ROOT, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    // ES modules alone: a CommonJS program imports them with import(). JSON has no types.
    const args = [
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      'custom-elements.json',
      'integrity.json',
    ];
    await succeeds([attw, archive, ...args]);
  });
}

test('integrity.json has the hash of each script', () => {
  const dist = join(ROOT, 'dist');
  const hashes = JSON.parse(readFileSync(join(dist, 'integrity.json'), 'utf8')) as object;
  assert.deepEqual(Object.keys(hashes).sort(), globSync('**/*.js', { cwd: dist }).sort());
  for (const [file, hash] of Object.entries(hashes)) {
    const expected = createHash('sha384').update(readFileSync(join(dist, file)));
    assert.equal(hash, `sha384-${expected.digest('base64')}`, file);
  }
});

test('a server renders the components of React and Vue without the userSig', async () => {
  const props = {
    server: 'https://calls.example',
    userId: 'alice',
    userSig: 'secret',
    contacts: [],
  };
  const source = `import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    import { createSSRApp, h } from 'vue';
    import * as vue from 'vue/server-renderer';
    import * as own from 'tui-call/react';
    import * as ownVue from 'tui-call/vue';
    const props = ${JSON.stringify(props)};
    const app = createSSRApp({ render: () => h(ownVue.TuiCall, { ...props, class: 'phone' }) });
    console.log(renderToString(createElement(own.TuiCall, { ...props, className: 'phone' })));
    console.log(await vue.renderToString(app));`;
  // Inside node_modules, where the frameworks are found.
  const folder = await installed(join(ROOT, 'node_modules'), 'tui-call', ROOT);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
    cwd: folder,
  });
  const element = '<tui-call class="phone"></tui-call>';
  assert.equal(stdout, `${element}\n${element}\n`);
});

test('the React component is a client module', () => {
  const source = readFileSync(join(ROOT, 'dist', 'react.js'), 'utf8');
  assert.match(source, /^["']use client["'];/);
});

describe('a program that uses tui-call', () => {
  for (const [moduleResolution, module] of [
    ['bundler', 'esnext'],
    ['nodenext', 'nodenext'],
  ] as const) {
    test(`compiles with moduleResolution ${moduleResolution}, with its declarations checked`, async () => {
      const folder = await installed(tmpdir(), 'tui-call', ROOT);
      await cp(join(import.meta.dirname, 'consumer'), join(folder, 'consumer'), {
        recursive: true,
      });
      // The TypeScript examples of the documents must compile, too.
      const [shown = assert.fail('docs/engine.md shows no program')] = examples(
        'docs/engine.md',
        'ts',
      );
      await writeFile(join(folder, 'consumer', 'shown.ts'), shown);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        target: 'es2022',
        lib: ['es2022', 'dom', 'dom.iterable'],
        types: [],
        module,
        moduleResolution,
      };
      const project = { compilerOptions, include: ['consumer/*.ts'] };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
      await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
      await compiles(folder);
    });
  }

  test('gets the types of the element and its events from tui-call/define alone', async () => {
    const folder = await installed(tmpdir(), 'tui-call', ROOT);
    const program = join(import.meta.dirname, 'define-only.ts');
    await cp(program, join(folder, 'define-only.ts'));
    const compilerOptions = {
      ...{ strict: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'], types: [] },
      ...{ module: 'esnext', moduleResolution: 'bundler' },
    };
    const project = { compilerOptions, include: ['define-only.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
    await compiles(folder);
  });

  test('imports every entry in Node, like server-side rendering, and adds no global', async () => {
    const folder = await installed(tmpdir(), 'tui-call', ROOT);
    const source = `const before = Object.getOwnPropertyNames(globalThis);
      const { TuiCall, CallError, register } = await import('tui-call');
      await import('tui-call/define');
      const { TuiCallRecents } = await import('tui-call/recents');
      const { TUICallEngine } = await import('tui-call/engine');
      register({ 'tui-call': TuiCall });
      const after = Object.getOwnPropertyNames(globalThis);
      console.log(JSON.stringify({
        kinds: [TuiCall, CallError, TuiCallRecents, TUICallEngine].map((one) => typeof one),
        globals: after.filter((name) => !before.includes(name)),
      }));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
      cwd: folder,
    });
    assert.deepEqual(JSON.parse(stdout), { kinds: Array(4).fill('function'), globals: [] });
  });

  test('needs no browser to read the protocol', async () => {
    const folder = await installed(tmpdir(), 'tui-call', ROOT);
    const source = `import { ERRORS } from 'tui-call/protocol'; console.log(ERRORS.blocked.code);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
      cwd: folder,
    });
    assert.equal(stdout, '20007\n');
  });
});

describe('tui-call-server', () => {
  test('is a command that creates a userSig', async () => {
    // Inside node_modules, so that its dependencies are found without a network.
    const folder = await installed(
      join(ROOT, 'node_modules'),
      'tui-call-server',
      join(ROOT, 'server'),
    );
    const command = join(folder, 'node_modules', 'tui-call-server', 'bin', 'tui-call-server.mjs');
    const { stdout } = await run(process.execPath, [command, 'user-sig', 'alice'], {
      env: { TUI_CALL_SECRET: 'a secret of at least thirty-two bytes' },
    });
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test('is a command of the repository, too, after npm ci and a build', async () => {
    const command = join(ROOT, 'node_modules', '.bin', 'tui-call-server');
    const { stdout } = await run(command, ['user-sig', 'alice'], {
      env: { ...process.env, TUI_CALL_SECRET: 'a secret of at least thirty-two bytes' },
    });
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test('reports in one line that Node is too old', async () => {
    // `npm test` runs on the repository's Node; the machine's may be older. A fresh machine has Node 20.
    const bin = join(ROOT, 'server', 'bin', 'tui-call-server.mjs');
    const old = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' });`;
    const failed = run(process.execPath, ['--import', `data:text/javascript,${old}`, bin]);
    await assert.rejects(failed, {
      code: 1,
      stderr: 'tui-call-server needs Node 24.16 or newer; this is 20.20.2.\n',
    });
  });

  test('is a library for back ends', async () => {
    const folder = await installed(
      join(ROOT, 'node_modules'),
      'tui-call-server',
      join(ROOT, 'server'),
    );
    const source = `import { createCallServerClient, createUserSig } from 'tui-call-server';
      const { calls } = createCallServerClient('https://calls.example', 'key');
      const userSig = await createUserSig('x'.repeat(32), 'alice');
      console.log(userSig.split('.').length, typeof calls.start);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
      cwd: folder,
    });
    assert.equal(stdout, '3 function\n');
  });
});

/** Removed after all tests. */
async function installed(where: string, name: string, source: string): Promise<string> {
  const folder = await install(where, name, source);
  folders.push(folder);
  return folder;
}

async function compiles(folder: string): Promise<void> {
  await succeeds([join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder]);
}

async function succeeds(program: readonly string[]): Promise<void> {
  try {
    await run(process.execPath, program);
  } catch (error) {
    assert.fail(error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error));
  }
}
