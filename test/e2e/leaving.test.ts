import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from './support/eventually.ts';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

type Ending = 'hangup' | 'sign-out' | 'remove';

declare global {
  interface Window {
    /** Ends the call in the next task after this moment; settles when that is done. */
    endAt(moment: string, ending: Ending): Promise<void>;
    /** Reports that a moment is reached. */
    came(moment: string): void;
  }
}

/** In the page, before all other scripts. The moments: see `endAt` of `Window`. */
const END_AT = `{
  let awaited = null;
  const endings = {
    hangup: (widget) => widget.hangup().catch(() => undefined),
    'sign-out': (widget) => (widget.userId = ''),
    remove: (widget) => widget.remove(),
  };
  window.endAt = (moment, ending) =>
    new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = async () => {
        await endings[ending](document.querySelector('tui-call'));
        done();
      };
      awaited = { moment, act: () => channel.port2.postMessage('') };
    });
  window.came = (moment) => {
    if (awaited?.moment !== moment) return;
    const { act } = awaited;
    awaited = null;
    act();
  };
  document.addEventListener('state-changed', ({ detail }) => came(detail.phase));
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      came('connection made');
    }
  };
  const { createOffer } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createOffer = async function (...args) {
    const offer = await createOffer.apply(this, args);
    came('offer made');
    return offer;
  };
  window.WebSocket = class extends WebSocket {
    constructor(url, ...args) {
      super(url, ...args);
      if (new URL(url).pathname.startsWith('/rtc')) {
        came('media asked for');
        this.addEventListener('open', () => came('media reached'));
        this.addEventListener('message', () => came('media answered'));
      }
    }
  };
}`;

const CONNECTING = [
  'connection made',
  'offer made',
  'media asked for',
  'media reached',
  'media answered',
];

let world: World;
let bob: WidgetPage;

before(async () => {
  world = await World.start();
  bob = await world.widget('stay-b');
});
after(() => world.stop());

for (const ending of ['hangup', 'sign-out', 'remove'] as const) {
  test(`${ending} at any moment of an outgoing call leaves nothing open`, async (t) => {
    const { alice, untouched } = await leaver(`from-${ending}`);
    t.after(() => alice.close());
    for (const moment of ['called', ...CONNECTING, 'outgoing', 'connected', 'ended']) {
      await appear(alice);
      const ended = alice.page.evaluate(
        (...args) => {
          const over = window.endAt(...args);
          const widget = document.querySelector('tui-call');
          widget?.calls(['stay-b'], 'video').catch(() => undefined);
          window.came('called');
          return over;
        },
        ...([moment, ending] as const),
      );
      if (moment === 'connected' || moment === 'ended') {
        await bob.phase('incoming');
        await bob.call('accept');
      }
      if (moment === 'ended') {
        await alice.phase('connected');
        await bob.call('hangup');
      }
      await ended;
      await nothingLeft(alice, untouched, moment);
    }
  });

  test(`${ending} at any moment of an incoming call leaves nothing open`, async (t) => {
    const { alice, untouched } = await leaver(`to-${ending}`);
    t.after(() => alice.close());
    for (const moment of ['incoming', 'accepted', ...CONNECTING, 'connected']) {
      await appear(alice);
      const ended = alice.page.evaluate(
        (...args) => window.endAt(...args),
        ...([moment, ending] as const),
      );
      await bob.call('calls', [alice.userId], 'video');
      if (moment !== 'incoming') {
        await alice.phase('incoming');
        await alice.page.evaluate(() => {
          const widget = document.querySelector('tui-call');
          widget?.accept().catch(() => undefined);
          window.came('accepted');
        });
      }
      await ended;
      await nothingLeft(alice, untouched, moment);
    }
  });
}

async function leaver(userId: string) {
  const alice = await world.page([userId], { later: true, before: END_AT });
  return { alice, untouched: await alice.traces() };
}

async function appear(alice: WidgetPage): Promise<void> {
  await alice.page.evaluate(() => document.body.append(window.makeWidget()));
  await alice.signedIn();
}

/** Of the call: immediately. Of the element: when it is removed. */
async function nothingLeft(alice: WidgetPage, untouched: unknown, moment: string): Promise<void> {
  await eventually(
    async () => {
      const { tracks, peers } = await alice.open();
      return tracks + peers === 0;
    },
    async () => `${moment}: left open: ${JSON.stringify(await alice.open())}`,
  );
  await alice.page.evaluate(() => document.querySelector('tui-call')?.remove());
  const left = async () => ({
    open: await alice.open(),
    players: await alice.players(),
    traces: await alice.traces(),
  });
  const nothing = { open: { tracks: 0, peers: 0, sockets: 0 }, players: 0, traces: untouched };
  await eventually(
    async () => isDeepStrictEqual(await left(), nothing),
    async () => `${moment}: left behind: ${JSON.stringify([await left(), nothing], null, 1)}`,
  );
  await bob.call('hangup').catch(() => undefined);
  await bob.until('over', ({ phase }) => phase === 'ended' || phase === 'idle');
  await bob.call('dismiss').catch(() => undefined);
}
