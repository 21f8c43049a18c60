import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { ConfigError, readConfig } from './config.ts';
import type { Environment } from './config.ts';

const GOOD = {
  TUI_CALL_SECRET: 'x'.repeat(32),
  LIVEKIT_URL: 'ws://127.0.0.1:7880',
  LIVEKIT_API_KEY: 'key',
  LIVEKIT_API_SECRET: 'media secret',
};

describe('the environment', () => {
  it('needs a secret and LiveKit; everything else has a default', () => {
    const config = readConfig(GOOD);
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.port, 8787);
    assert.equal(config.origins, '*');
    assert.deepEqual(config.database, { file: 'tui-call.db' });
    assert.equal(config.sessions, 'multiple');
    assert.equal(config.callWaiting, false);
    assert.equal(config.mediaOnlyMs, 300_000);
    assert.equal(config.livekit.apiUrl, 'http://127.0.0.1:7880');
    assert.equal(config.livekit.publicUrl, 'ws://127.0.0.1:7880');
  });

  it('reports all missing variables at once', () => {
    assert.deepEqual(
      problems({}).map((one) => one.split(' ')[0]),
      ['TUI_CALL_SECRET', 'LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET'],
    );
  });

  const wrong: readonly (readonly [string, Environment, RegExp])[] = [
    ['a short secret', { TUI_CALL_SECRET: 'x'.repeat(31) }, /has 31 bytes; it needs at least 32/],
    ['an empty secret', { TUI_CALL_SECRET: '' }, /TUI_CALL_SECRET is missing/],
    ['both kinds of secret', { TUI_CALL_SECRETS: `a:${'x'.repeat(32)}` }, /not both/],
    ['a port that is a word', { PORT: 'http' }, /PORT must be a whole number/],
    ['a port too high', { PORT: '65536' }, /PORT must be a whole number from 0 to 65535/],
    ['a negative port', { PORT: '-1' }, /PORT must be/],
    ['an origin with a path', { TUI_CALL_ORIGINS: 'https://a.example/' }, /is not an origin/],
    ['an origin without a scheme', { TUI_CALL_ORIGINS: 'a.example' }, /is not an origin/],
    ['an origin in capitals', { TUI_CALL_ORIGINS: 'https://A.example' }, /is not an origin/],
    ['no origins off loopback', { HOST: '0.0.0.0' }, /TUI_CALL_ORIGINS is missing/],
    [
      'a Postgres URL without a user',
      { DATABASE_URL: 'postgres://localhost/calls' },
      /^DATABASE_URL names no user; write it as "postgres:/,
    ],
    ['another database', { DATABASE_URL: 'mysql://x' }, /must be sqlite:<file>/],
    ['a database without a file', { DATABASE_URL: 'sqlite:' }, /must be sqlite:<file>/],
    ['a database URL with a host', { DATABASE_URL: 'sqlite://x/y' }, /must be sqlite:<file>/],
    ['a LiveKit URL of another kind', { LIVEKIT_URL: 'ftp://x' }, /LIVEKIT_URL must be a ws/],
    ['a LiveKit URL that is none', { LIVEKIT_URL: 'livekit' }, /LIVEKIT_URL must be a ws/],
    ['a wrong public URL', { LIVEKIT_PUBLIC_URL: 'media' }, /LIVEKIT_PUBLIC_URL must be/],
    ['a log level nobody knows', { LOG_LEVEL: 'loud' }, /LOG_LEVEL must be one of/],
    ['a way of being busy nobody knows', { TUI_CALL_BUSY: 'yes' }, /TUI_CALL_BUSY must be one of/],
    ['sessions nobody knows', { TUI_CALL_SESSIONS: 'two' }, /TUI_CALL_SESSIONS must be one of/],
    ['a rate of nothing', { TUI_CALL_RATE_CALLS_PER_MINUTE: '0' }, /RATE_CALLS_PER_MINUTE must be/],
    ['a short API key', { TUI_CALL_API_KEYS: 'x'.repeat(31) }, /key 1 .* has 31 bytes; it needs/],
    ['an empty API key', { TUI_CALL_API_KEYS: `${'x'.repeat(32)},` }, /key 2 .* has 0 bytes/],
    [
      'an API key with a blank',
      { TUI_CALL_API_KEYS: 'key '.repeat(9) },
      /no HTTP header can carry/,
    ],
    ['half a group callback', { TUI_CALL_GROUP_URL: 'https://app.example' }, /both .*, or neither/],
    ['no time at all', { TUI_CALL_MEDIA_ONLY_MINUTES: '0' }, /TUI_CALL_MEDIA_ONLY_MINUTES must be/],
    ['a call of one', { TUI_CALL_MAX_MEMBERS: '1' }, /TUI_CALL_MAX_MEMBERS must be/],
    ['Redis beside SQLite', { REDIS_URL: 'redis://x' }, /several nodes need Postgres/],
    ['a Redis URL of another kind', { REDIS_URL: 'http://x' }, /^REDIS_URL must be redis:/],
    ['a node name with a space', { TUI_CALL_NODE: 'a b' }, /^TUI_CALL_NODE must be 1 to 64/],
  ];
  for (const [what, env, problem] of wrong) {
    it(`with ${what} is refused with the reason`, () => {
      const [first, ...rest] = problems({ ...GOOD, ...env });
      assert.match(first ?? '', problem);
      assert.deepEqual(rest, []);
    });
  }

  it('can contain several keys, of which the first signs', () => {
    const env = { ...GOOD, TUI_CALL_SECRET: '' };
    const keys = `new:${'n'.repeat(32)},old:${'o:'.repeat(16)}`;
    const config = readConfig({ ...env, TUI_CALL_SECRETS: keys });
    assert.deepEqual(
      config.keys.map(({ kid, secret }) => [kid, secret.reveal()]),
      [
        ['new', 'n'.repeat(32)],
        ['old', 'o:'.repeat(16)],
      ],
    );
    const bad = (TUI_CALL_SECRETS: string) => problems({ ...env, TUI_CALL_SECRETS }).join();
    assert.match(bad('nosecret'), /must be kid:secret/);
    assert.match(bad('a:short'), /the secret of key "a" .* has 5 bytes/);
    assert.match(bad(`a:${'x'.repeat(32)},a:${'y'.repeat(32)}`), /contains a kid twice/);
  });

  it('reads LiveKit’s two URLs, one for the server and one for clients', () => {
    const { livekit } = readConfig({
      ...GOOD,
      LIVEKIT_URL: 'wss://inside.example/',
      LIVEKIT_PUBLIC_URL: 'https://media.example',
    });
    assert.equal(livekit.apiUrl, 'https://inside.example');
    assert.equal(livekit.publicUrl, 'wss://media.example');
  });

  it('never prints a secret, in any output format', () => {
    const apiKey = 'api-key-'.repeat(4);
    const config = readConfig({ ...GOOD, TUI_CALL_API_KEYS: apiKey });
    assert.equal(config.apiKeys[0]?.reveal(), apiKey);
    const shown = `${JSON.stringify(config)} ${inspect(config, { depth: 9 })} ${String(config.keys[0]?.secret)}`;
    assert.ok(!shown.includes(GOOD.TUI_CALL_SECRET));
    assert.ok(!shown.includes(GOOD.LIVEKIT_API_SECRET));
    assert.ok(!shown.includes(apiKey));
    assert.ok(
      !problems({ ...GOOD, TUI_CALL_SECRET: 'too short' })
        .join()
        .includes('too short'),
    );
  });
});

function problems(env: Environment): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}
