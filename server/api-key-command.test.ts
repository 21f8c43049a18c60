import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { runCommand } from './command-line.ts';

it('makes keys in a database that no server has used yet, and revokes each once', async (t) => {
  const apiKey = await apiKeyCommand(t);
  const { output } = await apiKey('create', '--name', 'x', '--scopes', 'calls:read,usage:read');
  assert.match(output, /^tuic_[0-9a-f]{16}_[0-9a-f]{64}$/);
  const listed = await apiKey('list');
  assert.match(
    listed.output,
    /\tcalls:read,usage:read\tcreated .*\texpires never\tlast used never\tx$/,
  );
  const [id = ''] = listed.output.split('\t');
  assert.equal((await apiKey('revoke', id)).code, 0);
  const again = await apiKey('revoke', id);
  assert.equal(again.code, 1);
  assert.match(again.errors, /there is no API key/);
});

it('refuses invalid arguments with one sentence', async (t) => {
  const apiKey = await apiKeyCommand(t);
  for (const [words, message] of [
    ['create --name x', /^usage/],
    ['create --name= --scopes calls:read', /--name must be/],
    ['create --name x --scopes calls:all', /there is no scope "calls:all"; there are: calls:read/],
    ['create --name x --scopes calls:read --expires soon', /"soon" is not a time/],
    ['revoke', /^usage/],
    ['list x', /^usage/],
    ['list --name x', /^usage/],
    ['--frobnicate', /frobnicate/],
    ['', /^usage/],
  ] as const) {
    const { code, output, errors } = await apiKey(...words.split(' ').filter(Boolean));
    assert.deepEqual([code, output], [1, ''], words);
    assert.match(errors, message, words);
  }
  const inMemory = await apiKey.in({ DATABASE_URL: 'sqlite::memory:' }, 'list');
  assert.match(inMemory.errors, /database in memory/);
});

async function apiKeyCommand(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-api-key-'));
  t.after(() => rm(folder, { recursive: true }));
  const runIn = async (env: Record<string, string>, ...words: string[]) => {
    const [output, errors]: [string[], string[]] = [[], []];
    const { exitCode: code } = (await runCommand(['api-key', ...words], {
      env,
      print: (line) => output.push(line),
      printError: (line) => errors.push(line),
    })) as { exitCode: number };
    return { code, output: output.join('\n'), errors: errors.join('\n') };
  };
  const run = (...words: string[]) =>
    runIn({ DATABASE_URL: `sqlite:${join(folder, 'calls.db')}` }, ...words);
  return Object.assign(run, { in: runIn });
}
