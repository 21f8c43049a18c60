import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCommand } from '../command-line.ts';
import { ConfigError, readConfig } from '../config/config.ts';
import type { Environment } from '../config/config.ts';
import { newVapidKeys, parseVapid } from './vapid.ts';

const SUBJECT = 'mailto:calls@example.com';

function newPair(): readonly [string, string] {
  const [publicKey = '', privateKey = ''] = newVapidKeys().map((line) => line.split('=')[1] ?? '');
  return [publicKey, privateKey];
}

describe('the VAPID keys', () => {
  it('are created as a pair that the configuration accepts', async () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const terminal = { env: {}, print, printError: () => assert.fail('an error') };
    assert.deepEqual(await runCommand(['vapid-keys'], terminal), { exitCode: 0 });
    const env: Environment = {
      ...{ TUI_CALL_SECRET: 'x'.repeat(32), LIVEKIT_URL: 'ws://127.0.0.1:7880' },
      ...{ LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: 'media secret' },
      TUI_CALL_VAPID_SUBJECT: SUBJECT,
      ...(Object.fromEntries(lines.map((line) => line.split('='))) as Environment),
    };
    const { vapid, showCaller } = readConfig(env).push;
    assert.equal(vapid?.publicKey, env['TUI_CALL_VAPID_PUBLIC']);
    assert.equal(vapid?.privateKey.reveal(), env['TUI_CALL_VAPID_PRIVATE']);
    assert.equal(showCaller, true);
    assert.equal(readConfig({ ...env, TUI_CALL_PUSH_CALLER: 'hide' }).push.showCaller, false);
    const wrong = { ...env, TUI_CALL_PUSH_CALLER: 'no', TUI_CALL_VAPID_SUBJECT: 'me' };
    assert.throws(() => readConfig(wrong), ConfigError);
  });

  it('have their full length in every pair', () => {
    for (let index = 0; index < 600; index += 1) {
      const [publicKey, privateKey] = newPair();
      assert.deepEqual([publicKey.length, privateKey.length], [87, 43]);
      assert.notEqual(parseVapid(SUBJECT, publicKey, privateKey), null);
    }
  });

  it('are refused with one sentence, which does not contain the private key', () => {
    const [publicKey, privateKey] = newPair();
    const [otherPublic] = newPair();
    const problem = (...given: Parameters<typeof parseVapid>) => {
      try {
        parseVapid(...given);
      } catch (error) {
        return String(error);
      }
      return '';
    };
    const wrong: readonly (readonly [Parameters<typeof parseVapid>, RegExp])[] = [
      [[SUBJECT, publicKey, undefined], /or none of them; "tui-call-server vapid-keys"/],
      [[undefined, publicKey, privateKey], /or none of them/],
      [['calls@example.com', publicKey, privateKey], /must be mailto:/],
      [['https://localhost/', publicKey, privateKey], /must be mailto:/],
      [[SUBJECT, otherPublic, privateKey], /are not a pair/],
      [[SUBJECT, publicKey, `${privateKey}=`], /are not a pair/],
      [[SUBJECT, publicKey, 'A'.repeat(43)], /are not a pair/],
    ];
    for (const [given, message] of wrong) {
      const text = problem(...given);
      assert.match(text, message);
      assert.ok(!text.includes(privateKey) && !text.includes('\n'));
    }
    assert.equal(parseVapid(undefined, '', undefined), null);
  });
});
