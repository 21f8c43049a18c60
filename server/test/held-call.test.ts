import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { FakeMedia } from '../../test/fakes/fake-media.ts';
import { newTab, Seat } from '../../test/support/seat.ts';
import type { Tab } from '../../test/support/seat.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

/** A call on hold, in the callbacks of its holder: the real engine on the real server. */

describe('a call on hold', () => {
  it('survives a reload, and its end is notified as usual', async (t) => {
    const { server, alice, bob, tab } = await held(t);
    bob.vanish();
    const reloaded = await sitDown(t, server, 'bob', tab);
    assert.equal(reloaded.engine.state.held.length, 1);
    await alice.engine.hangup();
    await reloaded.callback('onCallEnd');
    assert.deepEqual((await reloaded.heard()).map(nameOf), ['onUserLeave', 'onCallEnd']);
  });

  it('is hung up by hangup() when no call is on the screen', async (t) => {
    const { alice, bob } = await held(t);
    await bob.engine.hangup();
    await alice.callback('onCallEnd');
    assert.deepEqual((await bob.heard()).map(nameOf), ['onCallEnd']);
    assert.deepEqual(bob.engine.state.held, []);
  });

  it('is hung up, with its end callback, by destroy(), together with the call on the screen', async (t) => {
    const { server, alice, bob } = await held(t);
    const carol = await sitDown(t, server, 'carol');
    await bob.engine.calls(['carol'], 'audio');
    await carol.engine.accept();
    await bob.callback('onCallBegin');
    await bob.heard();
    const ended = [alice, carol].map((one) => one.callback('onCallEnd'));
    await bob.engine.destroy();
    await Promise.all(ended);
    assert.deepEqual(bob.takeCallbacks().map(nameOf), ['onCallEnd', 'onCallEnd']);
  });
});

const nameOf = (line: string): string => line.split('(')[0] ?? '';

/** Bob holds the call with Alice, and shows no call. */
async function held(t: TestContext) {
  const server = await testServer(t, { callWaiting: true });
  const tab = newTab();
  const [alice, bob] = [await sitDown(t, server, 'alice'), await sitDown(t, server, 'bob', tab)];
  await alice.engine.calls(['bob'], 'audio');
  await bob.callback('onCallReceived');
  await bob.engine.accept();
  await alice.callback('onCallBegin');
  await bob.engine.holdCall(true);
  assert.equal(bob.engine.state.held.length, 1);
  for (const one of [alice, bob]) await one.heard();
  return { server, alice, bob, tab };
}

async function sitDown(t: TestContext, server: TestServer, name: string, tab?: Tab): Promise<Seat> {
  const seat = new Seat(server.clock, new FakeMedia(), tab);
  const userSig = await server.sig(name);
  await seat.engine.init({ server: server.url, userId: name, userSig });
  t.after(() => seat.engine.destroy());
  return seat;
}
