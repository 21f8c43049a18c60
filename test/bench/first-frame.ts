import { randomUUID } from 'node:crypto';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import type { Page } from 'puppeteer-core';
import { eventually } from '../e2e/support/eventually.ts';
import type { World } from '../e2e/support/world.ts';
import { startBenchPages } from './bench-pages.ts';
import { report } from './measure.ts';

const ROUNDS = 15;
const WARM_UP = 2;

/**
 * accept → first frame: from accept() to the first frame of the caller's video on the callee's page,
 * compared with a bare livekit-client page that connects, opens its devices and waits for the first frame of
 * a participant already in the room. The two alternate, in the same browser; both have their scripts loaded. In
 * both the other participant draws nothing, as if on another machine: a caller's page that changes with the
 * answer would be drawn by the two cores that are measured.
 */
export async function benchFirstFrame(world: World): Promise<string> {
  const pages = await startBenchPages();
  const floor: number[] = [];
  const ours: number[] = [];
  try {
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      const bare = await bareJoin(world, pages.url);
      const call = await acceptOnce(world, pages.url, round);
      if (round < WARM_UP) continue;
      floor.push(bare);
      ours.push(call);
    }
  } finally {
    pages.stop();
  }
  return report(
    'accept → first frame (ms)',
    { name: 'bare livekit-client: connect + devices → frame', times: floor },
    { name: 'tui-call: accept() → frame', times: ours },
    1.1,
  );
}

async function acceptOnce(world: World, pagesUrl: string, round: number): Promise<number> {
  const [a, b] = [`frame-a${round}`, `frame-b${round}`];
  const bob = await world.widget(b);
  const alice = await newPage(world, `${pagesUrl}/caller.html`);
  const userSig = await world.userSig(a);
  await alice.evaluate((...call) => window.caller.call(...call), world.server.url, a, userSig, b);
  await bob.phase('incoming');
  // As for a user who takes a second to accept: the caller sends video, and the scripts are loaded.
  await eventually(
    () => alice.evaluate(() => window.caller.sendsPicture()),
    () => 'alice never sends a picture',
  );
  await eventually(
    () => bob.page.evaluate(hasScripts),
    () => 'bob never has the scripts of a call',
  );
  const took = await bob.page.evaluate(firstReceivedFrame);
  await alice.evaluate(() => window.caller.hangup());
  await alice.close();
  await bob.close();
  return took;
}

/** Accepts, and waits for the first frame of a remote video (the local one comes sooner). */
function firstReceivedFrame(): Promise<number> {
  const widget = document.querySelector('tui-call') as HTMLElement & { accept(): Promise<void> };
  const { prototype } = HTMLMediaElement;
  const before = Object.getOwnPropertyDescriptor(prototype, 'srcObject') ?? {};
  const started = performance.now();
  return new Promise((resolve) => {
    Object.defineProperty(prototype, 'srcObject', {
      ...before,
      set(this: HTMLMediaElement, stream: MediaStream | null) {
        before.set?.call(this, stream);
        const track = stream?.getVideoTracks()[0];
        const own = track && window.record.tracks.some((one) => one.id === track.id);
        if (!track || own || !(this instanceof HTMLVideoElement)) return;
        this.requestVideoFrameCallback(() => resolve(performance.now() - started));
      },
    });
    void widget.accept();
  });
}

function hasScripts(): boolean {
  const requests = window.record.requests();
  return ['livekit-client', 'call-renderer'].every((name) =>
    requests.some((url) => url.includes(name)),
  );
}

export async function bareJoin(world: World, pagesUrl: string): Promise<number> {
  const room = randomUUID();
  const { httpUrl, apiKey, apiSecret } = world.livekit;
  const service = new RoomServiceClient(httpUrl, apiKey, apiSecret);
  await service.createRoom({ name: room });
  const there = await barePage(world, pagesUrl, room, 'there');
  await there.evaluate(() => window.bare.enter());
  await eventually(
    () => there.evaluate(() => window.bare.sendsPicture()),
    () => 'the one who is there never sends a picture',
  );
  const joiner = await barePage(world, pagesUrl, room, 'joiner');
  const took = await joiner.evaluate(() => window.bare.join());
  await there.evaluate(() => window.bare.close());
  await there.close();
  await joiner.close();
  await service.deleteRoom(room);
  return took;
}

async function barePage(
  world: World,
  pagesUrl: string,
  room: string,
  identity: string,
): Promise<Page> {
  const access = new AccessToken(world.livekit.apiKey, world.livekit.apiSecret, { identity });
  access.addGrant({ roomJoin: true, room });
  const query = new URLSearchParams({ url: world.livekit.url, token: await access.toJwt() });
  return newPage(world, `${pagesUrl}/bare.html?${query}`);
}

async function newPage(world: World, url: string): Promise<Page> {
  const browser = await world.browser();
  const page = await (await browser.createBrowserContext()).newPage();
  await page.goto(url);
  return page;
}

declare global {
  interface Window {
    caller: {
      call(server: string, userId: string, userSig: string, whom: string): Promise<void>;
      sendsPicture(): Promise<boolean>;
      hangup(): Promise<void>;
    };
    bare: {
      enter(): Promise<void>;
      sendsPicture(): Promise<boolean>;
      join(): Promise<number>;
      close(): Promise<void>;
    };
  }
}
