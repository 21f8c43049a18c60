import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { publint } from 'publint';

// The packages as npm would publish them, used as their users do.
const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const folders: string[] = [];

after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

for (const [name, folder] of [
  ['tui-call', ROOT],
  ['tui-call-server', join(ROOT, 'server')],
] as const) {
  test(`the manifest of ${name} leads to files that are there and are what it says`, async () => {
    const { messages } = await publint({ pkgDir: folder, strict: true, pack: 'npm' });
    assert.deepEqual(messages, []);
  });
}

describe('a program that uses tui-call', () => {
  for (const [moduleResolution, module] of [
    ['bundler', 'esnext'],
    ['nodenext', 'nodenext'],
  ] as const) {
    test(`compiles where modules are resolved as ${moduleResolution}, with the declarations checked too`, async () => {
      const folder = await installed(tmpdir(), 'tui-call', ROOT);
      await cp(join(import.meta.dirname, 'consumer'), join(folder, 'consumer'), {
        recursive: true,
      });
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
  test('is a command that mints a userSig', async () => {
    // Inside our node_modules, so that its dependencies are found without a network.
    const folder = await installed(
      join(ROOT, 'node_modules'),
      'tui-call-server',
      join(ROOT, 'server'),
    );
    const command = join(folder, 'node_modules', 'tui-call-server', 'dist', 'main.js');
    const { stdout } = await run(process.execPath, [command, 'user-sig', 'alice'], {
      env: { TUI_CALL_SECRET: 'a secret of at least thirty-two bytes' },
    });
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test('is a library for back ends', async () => {
    const folder = await installed(
      join(ROOT, 'node_modules'),
      'tui-call-server',
      join(ROOT, 'server'),
    );
    const source = `import { createUserSig } from 'tui-call-server';
      console.log((await createUserSig('x'.repeat(32), 'alice')).split('.').length);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
      cwd: folder,
    });
    assert.equal(stdout, '3\n');
  });
});

/** A folder in which `npm pack`'s archive of the package lies in node_modules. */
async function installed(where: string, name: string, source: string): Promise<string> {
  const folder = await mkdtemp(join(where, '.tui-call-package-'));
  folders.push(folder);
  const target = join(folder, 'node_modules', name);
  await mkdir(target, { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: source });
  const archive = /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? assert.fail(stdout);
  await run('tar', ['-xzf', join(folder, archive), '-C', target, '--strip-components=1']);
  return folder;
}

async function compiles(folder: string): Promise<void> {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await run(process.execPath, [tsc, '-p', folder]);
  } catch (error) {
    assert.fail(error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error));
  }
}
