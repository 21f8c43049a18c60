/** Resources that LivekitMedia leaves open in a real browser, after a leave, a superseded or a failed join. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import type { Page } from 'puppeteer-core';

import { eventually } from '../e2e/support/eventually.ts';
import type { When } from './pages/leave-page.ts';
import { MediaStage } from './support/media-stage.ts';
import { TestRoom } from './support/rooms.ts';

const NOTHING = {
  connections: 0,
  sockets: 0,
  soundContexts: 0,
  intervals: [],
  listeners: [],
  tracks: [],
};

const CONNECTING: readonly When[] = [
  { moment: 'connection made' },
  { moment: 'offer asked for' },
  { moment: 'offer made' },
  { moment: 'socket made' },
  { moment: 'socket open' },
  { moment: 'message received' },
  { moment: 'message received', nth: 2 },
  { moment: 'local description asked for' },
  { moment: 'local description set' },
  { moment: 'remote description asked for' },
  { moment: 'remote description set' },
  { moment: 'connection connecting' },
  { moment: 'connection connected' },
];

const SOUND: readonly When[] = [{ moment: 'sound context made' }];

const PUBLISHING: readonly When[] = [
  { moment: 'joined' },
  { moment: 'message received', sent: true },
  { moment: 'message received', nth: 2, sent: true },
  { moment: 'offer asked for', sent: true },
  { moment: 'offer made', sent: true },
  { moment: 'local description set', sent: true },
  { moment: 'remote description asked for', sent: true },
  { moment: 'remote description set', sent: true },
];

let stage: MediaStage;

before(async () => {
  stage = await MediaStage.start();
});

after(() => stage.stop());

test('a leave at any moment of a join releases everything', async (t) => {
  const { room, end } = await stage.twoInARoom();
  t.after(end);
  const carol = await leavePage(t);
  const token = await room.token('carol');
  for (const when of [...CONNECTING, ...SOUND, ...PUBLISHING].flatMap(atOnceAndLater)) {
    await carol.evaluate(
      (...args) => leaving.leaveAt(...args),
      ...([when, stage.livekit.url, token] as const),
    );
    await holds(carol, NOTHING, when);
  }
});

test('a leave at any moment of a first connection releases everything', async (t) => {
  const page = await leavePage(t);
  const room = await new TestRoom(stage.livekit).make();
  for (const when of CONNECTING.flatMap(atOnceAndLater)) {
    await page.evaluate(() => rig.set('microphone', true));
    await stage.join(page, room, 'alice');
    await page.evaluate(async (one) => {
      const left = leaving.at(one, () => rig.media.leave());
      await leaving.connectAgain();
      await left;
    }, when);
    await holds(page, NOTHING, when);
  }
});

test('a leave while the media server is down releases everything', async (t) => {
  const page = await leavePage(t);
  const room = await new TestRoom(stage.livekit).make();
  await page.evaluate(() => rig.set('microphone', true));
  await stage.join(page, room, 'alice');
  await stage.livekit.kill9();
  t.after(() => stage.livekit.restart());
  await page.evaluate(async () => {
    await rig.nextUpdate({ type: 'media-interrupted' });
    await rig.media.leave();
  });
  await holds(page, NOTHING);
});

test('a superseded join releases everything', async (t) => {
  const page = await leavePage(t);
  const rooms = await Promise.all([1, 2].map(() => new TestRoom(stage.livekit).make()));
  const tokens = await Promise.all(rooms.map((room) => room.token('alice')));
  const [first = '', second = ''] = tokens;
  for (const when of [...CONNECTING, ...SOUND]) {
    await page.evaluate(
      (...args) => leaving.joinAt(...args),
      ...([{ ...when, later: true }, stage.livekit.url, first, second] as const),
    );
    await eventually(
      async () => (await open(page)).connections === 1,
      async () => `${JSON.stringify(when)}: ${JSON.stringify(await open(page))}`,
    );
    await page.evaluate(() => rig.media.leave());
    await holds(page, NOTHING, when);
  }
});

test('a failed join releases everything', async (t) => {
  const page = await leavePage(t);
  const room = await new TestRoom(stage.livekit).make();
  const token = await room.token('alice');
  const gone = await new TestRoom(stage.livekit).token('alice');
  const rude = await serve(t, (socket) => socket.destroy());
  for (const [url, access] of [
    [stage.livekit.url, 'no token'],
    [stage.livekit.url, gone],
    [rude, token],
  ] as const) {
    const outcome = await page.evaluate(
      (...args) => rig.outcome(() => rig.join(...args)),
      ...([url, access] as const),
    );
    assert.equal(outcome, 'media-failed');
    await holds(page, { ...NOTHING, listeners: ['devicechange'] });
  }
  await page.evaluate(() => rig.media.leave());
  await holds(page, NOTHING);
});

test('a leave while the media server does not respond releases everything', async (t) => {
  const page = await leavePage(t);
  const silent = await serve(t, () => undefined);
  const token = await new TestRoom(stage.livekit).token('alice');
  await page.evaluate(
    (...args) => leaving.leaveAt({ moment: 'socket made', later: true }, ...args),
    ...([silent, token] as const),
  );
  await holds(page, NOTHING);
});

test('a lost room releases everything', async (t) => {
  const page = await leavePage(t);
  const room = await new TestRoom(stage.livekit).make();
  await stage.join(page, room, 'alice');
  await room.delete();
  await page.evaluate(() => rig.nextUpdate({ type: 'media-lost' }));
  await page.evaluate(() => rig.media.leave());
  await holds(page, NOTHING);
});

async function leavePage(t: TestContext): Promise<Page> {
  const page = await stage.page('', undefined, 'leave-page');
  t.after(() => page.browserContext().close());
  return page;
}

/** The address of a server that is no media server. */
async function serve(t: TestContext, taken: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    taken(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(page: Page) {
  return page.evaluate(() => leaving.open());
}

async function holds(page: Page, expected: unknown, when?: When): Promise<void> {
  await eventually(
    async () => isDeepStrictEqual(await open(page), expected),
    async () => `${JSON.stringify(when)} left open: ${JSON.stringify(await open(page))}`,
  );
}

function atOnceAndLater(when: When): readonly When[] {
  return [when, { ...when, later: true }];
}
