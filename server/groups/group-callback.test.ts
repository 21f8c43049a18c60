import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createLog } from '../shared/log.ts';
import { randomId } from '../shared/random-id.ts';
import { CommandError } from '../shared/command-error.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { alice } from '../testing/people.ts';
import { deferred } from '../testing/deferred.ts';
import { CALLBACK_TIMEOUT_MS, GroupCallback, parseGroupCallback } from './group-callback.ts';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

describe('the group membership callback', () => {
  it('sends a signed request and accepts the response', async (t) => {
    const asked: unknown[] = [];
    const { callback } = await backEnd(t, (request, response, body) => {
      assert.equal(request.method, 'POST');
      assert.equal(request.headers['content-type'], 'application/json');
      asked.push(new Webhook(SECRET).verify(body, headersOf(request)));
      response.end(JSON.stringify({ member: asked.length === 1 }));
    });
    assert.equal(await callback.isMember(alice, 'team ü'), true);
    assert.equal(await callback.isMember(alice, 'team ü'), false);
    const question = { type: 'group.membership', data: { userId: 'alice', groupId: 'team ü' } };
    assert.deepEqual(asked, [question, question]);
  });

  const bad: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    ['an error', (response) => response.writeHead(500).end('{"member":true}')],
    ['nothing', (response) => response.writeHead(204).end()],
    ['a yes under another status', (response) => response.writeHead(201).end('{"member":true}')],
    ['no JSON', (response) => response.end('yes')],
    ['something else', (response) => response.end('{"is_member":true}')],
    ['a yes in words', (response) => response.end('{"member":"true"}')],
    ['a list', (response) => response.end('[true]')],
    ['null', (response) => response.end('null')],
    [
      'more than any answer of ours',
      (response) => response.end(' '.repeat(5000) + '{"member":true}'),
    ],
    [
      'half an answer',
      (response) => response.writeHead(200, { 'content-length': 99 }).end('{"mem'),
    ],
  ];
  for (const [what, answer] of bad) {
    it(`does not confirm a membership when the back end answers with ${what}`, async (t) => {
      const { callback } = await backEnd(t, (_request, response) => answer(response));
      await assert.rejects(callback.isMember(alice, 'team'), unknown);
    });
  }

  it('does not follow redirects', async (t) => {
    let elsewhere = 0;
    const other = await backEnd(t, (_request, response) => {
      elsewhere += 1;
      response.end('{"member":true}');
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const { callback } = await backEnd(t, (_request, response) =>
        response.writeHead(status, { location: other.url }).end(),
      );
      await assert.rejects(callback.isMember(alice, 'team'), unknown);
    }
    assert.equal(elsewhere, 0);
  });

  it('closes the connection of a slow back end, also in the middle of its response', async (t) => {
    for (const begin of ['', '{']) {
      const arrived = deferred();
      const closed = deferred();
      const { callback, clock } = await backEnd(t, (_request, response) => {
        response.on('close', () => closed.fulfil());
        if (begin) response.write(begin);
        arrived.fulfil();
      });
      const answer = callback.isMember(alice, 'team');
      await arrived.promise;
      clock.advance(CALLBACK_TIMEOUT_MS);
      await assert.rejects(answer, unknown);
      await closed.promise;
    }
  });

  it('does not confirm a membership while the back end is down', async (t) => {
    const { callback, stop } = await backEnd(t, () => undefined);
    await stop();
    await assert.rejects(callback.isMember(alice, 'team'), unknown);
  });
});

describe('TUI_CALL_GROUP_URL and TUI_CALL_GROUP_SECRET', () => {
  it('must be set together, with an http(s) URL', () => {
    const url = 'https://app.example/tui-call/groups';
    assert.equal(parseGroupCallback(undefined, ''), null);
    assert.equal(parseGroupCallback(url, SECRET)?.url, url);
    assert.throws(() => parseGroupCallback(url, undefined), /both .*, or neither/);
    assert.throws(() => parseGroupCallback(undefined, SECRET), /both .*, or neither/);
    assert.throws(() => parseGroupCallback(url, 'secret'), /TUI_CALL_GROUP_SECRET must be whsec_/);
    const wrong = ['nothing', 'ftp://app.example', 'https://me:secret@app.example', `${url}#x`];
    for (const one of wrong) {
      assert.throws(() => parseGroupCallback(one, SECRET), /TUI_CALL_GROUP_URL must be/);
    }
  });
});

function unknown(error: unknown): boolean {
  return error instanceof CommandError && error.shape.name === 'membership-unknown';
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A back end on loopback, and its client. */
async function backEnd(t: TestContext, answer: Answer) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  t.after(stop);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/groups`;
  const config = parseGroupCallback(url, SECRET);
  assert.ok(config);
  const clock = new FakeClock();
  const callback = new GroupCallback(config, { clock, log: createLog('silent'), randomId });
  return { callback, clock, url, stop };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}
