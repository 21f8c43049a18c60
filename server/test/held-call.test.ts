import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { newTab, TestUser } from '../../test/fixtures/test-user.ts';
import type { Tab } from '../../test/fixtures/test-user.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

/** A call on hold, in the callbacks of its holder: the real engine on the real server. */

describe('a call on hold', () => {
  it('survives a reload, and its end is notified as usual', async (t) => {
    const { server, alice, bob, tab } = await held(t);
    bob.vanish();
    const reloaded = await signedIn(t, server, 'bob', tab);
    assert.equal(reloaded.engine.state.held.length, 1);
    await alice.engine.hangup();
    await reloaded.callback('onCallEnd');
    assert.deepEqual((await reloaded.allCallbacks()).map(nameOf), ['onUserLeave', 'onCallEnd']);
  });

  it('is hung up by hangup() when no call is on the screen', async (t) => {
    const { alice, bob } = await held(t);
    await bob.engine.hangup();
    await alice.callback('onCallEnd');
    assert.deepEqual((await bob.allCallbacks()).map(nameOf), ['onCallEnd']);
    assert.deepEqual(bob.engine.state.held, []);
  });

  it('is hung up, with its end callback, by destroy(), together with the call on the screen', async (t) => {
    const { server, alice, bob } = await held(t);
    const carol = await signedIn(t, server, 'carol');
    await bob.engine.calls(['carol'], 'audio');
    await carol.engine.accept();
    await bob.callback('onCallBegin');
    await bob.allCallbacks();
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
  const [alice, bob] = [await signedIn(t, server, 'alice'), await signedIn(t, server, 'bob', tab)];
  await alice.engine.calls(['bob'], 'audio');
  await bob.callback('onCallReceived');
  await bob.engine.accept();
  await alice.callback('onCallBegin');
  await bob.engine.holdCall(true);
  assert.equal(bob.engine.state.held.length, 1);
  for (const one of [alice, bob]) await one.allCallbacks();
  return { server, alice, bob, tab };
}

async function signedIn(
  t: TestContext,
  { url: server, clock, sig }: TestServer,
  userId: string,
  tab: Tab = newTab(),
): Promise<TestUser> {
  const user = new TestUser(userId, { server, clock, tab, userSig: await sig(userId) });
  t.after(() => user.leave());
  await user.signIn();
  return user;
}
