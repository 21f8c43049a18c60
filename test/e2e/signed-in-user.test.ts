import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { closeAll, type WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** The user of the element's attributes and the user of its session never differ. */

const world = await World.start();
after(() => world.stop());

async function set(page: WidgetPage, properties: Record<string, string | null>): Promise<void> {
  await page.page.evaluate(
    (id, values) => void Object.assign(document.getElementById(id) ?? {}, values),
    page.userId,
    properties,
  );
}

test('a change of user in a call ends the call, and no user signs in before the new userSig', async () => {
  const [screen, bob] = await world.talking('change-a', 'change-b');

  await set(screen, { userId: 'change-c' });
  await bob.event('call-end');
  await screen.until('signed out', ({ connection }) => connection === 'disconnected');
  await eventually(
    async () => {
      const { tracks, peers, sockets } = await screen.open();
      return tracks + peers + sockets === 0;
    },
    async () => `left open: ${JSON.stringify(await screen.open())}`,
  );
  assert.deepEqual(await screen.eventLines(), [
    'call-begin video caller',
    'user-join change-b',
    'call-end video caller hangup',
  ]);

  await set(screen, { userSig: await world.userSig('change-c') });
  await screen.signedIn();
  assert.equal((await screen.state()).userId, 'change-c');
  await bob.until('idle', ({ phase }) => phase === 'idle');
  await bob.call('calls', ['change-a'], 'audio', { timeout: 600 });
  await bob.phase('outgoing');
  await screen.caughtUp();
  assert.equal((await screen.state()).phase, 'idle');
  await bob.call('hangup');
  await bob.call('dismiss');
  await bob.call('calls', ['change-c'], 'audio');
  await screen.phase('incoming');
  await closeAll(screen, bob);
});

test('a userSig of another user is refused with an event', async () => {
  const screen = await world.page(['sig-a'], { later: true });
  const sigOfBob = await world.userSig('sig-b');
  const refusal = await screen.page.evaluate(async (userSig) => {
    const widget = window.makeWidget();
    widget.setAttribute('user-sig', userSig);
    document.body.append(widget);
    await customElements.whenDefined('tui-call');
    const { ready } = widget as HTMLElement & { ready: Promise<void> };
    return ready.then(
      () => 'signed in',
      (error: { name: string; code: number; message: string }) => ({
        ...error,
        message: error.message,
      }),
    );
  }, sigOfBob);
  assert.deepEqual(
    { ...(refusal as object), message: '' },
    { code: 70001, name: 'user-sig-invalid', retryable: false, message: '' },
  );
  const { detail } = await screen.event('call-error');
  assert.equal(detail['code'], 70001);
  assert.match(String(detail['message']), /sig-a.*sig-b|sig-b.*sig-a/);
  assert.equal((await screen.state()).connection, 'disconnected');
  await closeAll(screen);
});

test('removing an attribute or the element while it rings ends the ring with one event', async () => {
  const alice = await world.widget('gone-a');
  for (const leave of ['removeAttribute', 'remove'] as const) {
    const bob = await world.widget('gone-b');
    await alice.call('calls', ['gone-b'], 'audio', { timeout: 600 });
    await bob.phase('incoming');
    const events = await bob.page.evaluate(async (method) => {
      const widget = document.querySelector('tui-call');
      if (widget === null) throw new Error('there is no widget');
      const heard: string[] = [];
      // On the element: an event of a removed element reaches no document.
      const ended = new Promise((resolve) => {
        widget.addEventListener('call-cancelled', ({ detail }) => {
          heard.push(`call-cancelled ${detail.userId} ${detail.reason}`);
        });
        widget.addEventListener('call-not-connected', ({ detail }) => {
          heard.push(`call-not-connected ${detail.reason}`);
          resolve(null);
        });
      });
      if (method === 'remove') widget.remove();
      else widget.removeAttribute('user-sig');
      await ended;
      return heard;
    }, leave);
    assert.deepEqual(events, ['call-cancelled gone-b signed-out', 'call-not-connected signed-out']);
    assert.equal((await alice.state()).phase, 'outgoing');
    await alice.call('hangup');
    await alice.call('dismiss');
    await bob.close();
  }
  await closeAll(alice);
});
